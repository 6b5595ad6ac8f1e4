import type { Socket } from 'node:net'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { encode, writerFor } from '@elves/schemas/codec/codec.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import { askedByCenter, type CloseCode, closeCodes } from '@elves/schemas/link/protocol.ts'
import type { RawData, WebSocket } from 'ws'
import type { Joining } from '../agents/agent-registration.ts'
import { challengeOf } from '../link/challenges.ts'
import { type AgentMessage, fitsFrame, frameInvalid, type Report, readAgentFrame } from '../link/frames.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { OutputIntake, OutputSource } from '../task-output/output-intake.ts'
import type { BackPressure } from './back-pressure.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { JoinWindow } from './join-window.ts'
import type { Newcomers } from './newcomers.ts'
import { Outbox } from './outbox.ts'
import { ReportRecorder, type ReportRecorderContext, type ReportSource } from './report-recorder.ts'

/** What the sessions of one gateway share. */
export interface SessionContext extends ReportRecorderContext {
  readonly limits: GatewayLimits
  readonly metrics: GatewayMetrics
  readonly backPressure: BackPressure
  readonly newcomers: Newcomers
  readonly logger: Logger
  flushLater(outbox: Outbox): void
  readonly output: Pick<OutputIntake, 'take'>
  greet(session: Session, hello: AgentHello): void
  sayGoodbye(session: Session): void
  closed(session: Session): void
}

/** The agent at the other end, known from the hello on. */
export type Link = Omit<Joining, 'ip' | 'facts' | 'isOtherBootAlive'>

/** GREETING: no hello yet. JOINING: the hello is being answered. OPEN: reports and instructions flow. LEAVING: the agent said goodbye. */
type Phase = 'GREETING' | 'JOINING' | 'OPEN' | 'LEAVING' | 'CLOSED'

/** One socket of one agent. It has no timer: the gateway checks all sessions at an interval. */
export class Session implements ReportSource {
  readonly socket: WebSocket
  readonly remoteAddress: string
  /** What the agent has to sign in its hello; null: nothing was asked of it. */
  readonly challenge: string | null
  readonly outbox: Outbox
  readonly recorder: ReportRecorder
  /** When the phase began, by `performance.now()`. */
  phaseAtMs = performance.now()
  /** When the last frame came. */
  seenAtMs = this.phaseAtMs
  /** Pings and pongs since the last sweep. */
  controlFrames = 0
  phase: Phase = 'GREETING'
  link: Link | null = null
  /** Set from the hello until a moment after the welcome. */
  joinWindow: JoinWindow | null = null
  unreceipted = 0
  unreceiptedBytes = 0
  readonly taken: { reports: number; readonly bytes: number }[] = []
  isPaused = false
  /** Made with the first output. */
  #output: OutputSource | undefined
  readonly #context: SessionContext
  readonly #connection: Socket
  readonly #count = (chunk: Uint8Array) => this.#context.newcomers.brought(this, chunk.length)

  /** `connection` is the network connection under the socket. */
  constructor(socket: WebSocket, connection: Socket, context: SessionContext) {
    this.socket = socket
    this.remoteAddress = connection.remoteAddress ?? ''
    this.challenge = challengeOf(connection)
    this.#context = context
    this.#connection = connection
    this.outbox = new Outbox(socket, context.flushLater, context.limits, context.metrics)
    this.recorder = new ReportRecorder(this, context)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('ping', () => this.#controlled())
    socket.on('pong', () => this.#controlled())
    socket.on('close', () => this.#ended())
    // A broken socket also emits `close`. The `ws` server reports a frame beyond its limit here.
    socket.on('error', (error) => this.#log().info({ err: error }, 'link broke'))
    connection.on('data', this.#count)
    context.newcomers.came(this)
  }

  get agentId(): string | null {
    return this.link?.agentId ?? null
  }

  get isClosed(): boolean {
    return this.phase === 'CLOSED'
  }

  isCongested(): boolean {
    return this.socket.bufferedAmount >= this.#context.limits.bufferedBytes
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  /** Sends an instruction, unless the agent has just got it. Returns false if the link cannot take it now. */
  tell(instruction: Uint8Array): boolean {
    const { limits } = this.#context
    if (!this.outbox.hasRoom() || !fitsFrame(instruction, limits.frameBytes)) return false
    if (this.joinWindow?.isClosed(performance.now())) this.joinWindow = null
    // Until the link is open all instructions wait, because those of the log go first.
    if (this.phase !== 'OPEN' || this.#isNew(instruction)) this.outbox.add(instruction)
    return true
  }

  /** Asks the agent to ping, because the answer tells it the clock of this process. */
  askForPing(): void {
    if (this.phase === 'OPEN') this.outbox.add(encode('CenterPong', { agentClockMs: askedByCenter, clockMs: Date.now() }))
  }

  /** Opens the link for instructions and reports. Sends the welcome, then the instructions from the log, then those that came meanwhile. */
  open(welcome: Uint8Array, instructions: readonly Uint8Array[]): void {
    if (this.phase !== 'JOINING') return
    this.#enter('OPEN')
    for (const instruction of instructions) this.#isNew(instruction)
    this.outbox.release([welcome, ...instructions], (held) => this.#isNew(held))
  }

  /** Ends the link from this side, after the messages that still have to leave. */
  end(code: CloseCode, reason: string, last: readonly Uint8Array[] = []): void {
    if (this.phase === 'CLOSED') return
    if (last.length > 0) this.outbox.replaceBy(last)
    else this.outbox.flush()
    this.#context.metrics.closed(reason)
    this.#ended()
    this.socket.close(code, reason)
    this.socket.resume()
  }

  /** Ends the link with a peer that is not expected to answer. */
  cut(code: CloseCode, reason: string): void {
    this.end(code, reason)
    this.socket.terminate()
  }

  /** Ends the link: the agent comes again, with the reports. */
  unrecorded(error: unknown, reports: number): void {
    if (this.phase === 'CLOSED') return
    const { canRetry, code } = asElvesError(error)
    this.#log().error({ err: error, code, reports }, 'reports could not be recorded; the agent keeps them')
    this.end(canRetry ? closeCodes.tryAgainLater : closeCodes.internal, code)
  }

  #isNew(instruction: Uint8Array): boolean {
    return this.joinWindow?.isNew(instruction) ?? true
  }

  #enter(phase: Phase): void {
    if (this.phase === 'GREETING') {
      this.#connection.off('data', this.#count)
      this.#context.newcomers.left(this)
    }
    this.phase = phase
    this.phaseAtMs = performance.now()
  }

  /** `ws` answers pings by itself. A flood of them only costs time, so it ends the link. */
  #controlled(): void {
    this.controlFrames += 1
    if (this.phase === 'CLOSED' || this.controlFrames <= this.#context.limits.controlFrames) return
    this.#log().warn({ controlFrames: this.controlFrames }, 'closing the link over a flood of pings')
    this.cut(closeCodes.frameInvalid, 'FRAME_INVALID')
  }

  #ended(): void {
    if (this.phase === 'CLOSED') return
    this.#enter('CLOSED')
    this.#context.backPressure.forget(this)
    this.#context.closed(this)
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.phase === 'CLOSED') return
    this.seenAtMs = performance.now()
    try {
      const messages = this.#messages(data, isBinary)
      this.#take(messages, Buffer.isBuffer(data) ? data.length : 0)
    } catch (error) {
      const { code, message } = asElvesError(error)
      this.#log().warn({ code, reason: message }, 'closing the link over a frame')
      if (code === 'FRAME_INVALID') this.end(closeCodes.frameInvalid, code)
      else this.end(closeCodes.internal, 'INTERNAL')
    }
  }

  #messages(data: RawData, isBinary: boolean): AgentMessage[] {
    if (!isBinary || !Buffer.isBuffer(data)) throw frameInvalid('a frame is binary')
    this.#context.metrics.received(data.length)
    if (data.length > this.#context.limits.frameBytes) throw frameInvalid(`a frame of ${data.length} bytes`)
    return readAgentFrame(data)
  }

  #take(messages: readonly AgentMessage[], bytes: number): void {
    const reports: Report[] = []
    for (const message of messages) {
      switch (message.name) {
        case 'AgentHello':
          if (this.phase !== 'GREETING' || messages.length > 1) throw frameInvalid('a hello out of turn')
          this.#enter('JOINING')
          this.outbox.writeWith(writerFor(message.value.fingerprints))
          this.#context.greet(this, message.value)
          break
        case 'AgentPing':
          this.#expectOpen(message)
          this.outbox.add(encode('CenterPong', { agentClockMs: message.value.clockMs, clockMs: Date.now() }))
          break
        case 'AgentGoodbye':
          this.#expectOpen(message)
          this.#enter('LEAVING')
          break
        case 'AgentOutput':
          this.#expectOpen(message)
          this.#context.output.take(this.#outputSource(), message.value)
          break
        case 'AgentFactsReport':
        case 'AgentCronRun':
        case 'AgentCronsReport':
        case 'AgentCronDropsReport':
        case 'AgentInstructionReport':
        case 'AgentAppReport':
        case 'AttemptAcknowledged':
        case 'AttemptStarted':
        case 'AttemptEnded':
        case 'AttemptProcessing':
          this.#expectOpen(message)
          reports.push(message)
      }
    }
    // Also without reports: an agent that only pings and fetches no answer must not be read either.
    this.#context.backPressure.took(this, reports.length, bytes)
    if (reports.length > 0) this.recorder.add(reports)
    if (this.phase === 'LEAVING') this.#context.sayGoodbye(this)
  }

  #outputSource(): OutputSource {
    this.#output ??= {
      agentId: this.agentId ?? '',
      receipt: (outputs) => {
        if (this.phase === 'OPEN') this.outbox.add(encode('OutputReceipt', { outputs }))
      },
    }
    return this.#output
  }

  #expectOpen({ name }: AgentMessage): void {
    if (this.phase !== 'OPEN') throw frameInvalid(`${name} out of turn`)
  }

  #log(): Logger {
    const { link, remoteAddress } = this
    return this.#context.logger.child(link ? { agentId: link.agentId, sessionId: link.sessionId, remoteAddress } : { remoteAddress })
  }
}
