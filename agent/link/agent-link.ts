import type { Signer } from '@elves/core/foundation/ed25519.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { type Message, type MessageName, writerFor } from '@elves/schemas/codec/codec.ts'
import type { InstructionName } from '@elves/schemas/generated/catalog.ts'
import type { AgentHello, AgentOutput, CenterRefusal, CenterWelcome, OutputReach, SetApps } from '@elves/schemas/generated/types.ts'
import type { CenterClock } from './center-clock.ts'
import { centerWriter } from './center-writer.ts'
import type { InstructionGuard, Signable, SignedMessage } from './instruction-guard.ts'
import type { Dial, KeyFields, LinkSession } from './link-session.ts'
import { type Failures, reconnectDelayMs } from './reconnect-delay.ts'
import { type NewReport, ReportOutbox } from './report-outbox.ts'

export type Instruction = Message<InstructionName>

/** The fields of a hello, without those that the link adds itself. */
export type HelloParts = Omit<AgentHello, 'protocolVersion' | 'clockMs' | 'joinToken' | 'fingerprints' | 'capabilities' | KeyFields>

export interface AgentLinkOptions {
  /** Opens sessions with the center, by gateway or Kafka. */
  readonly dial: Dial
  /** Needed until the center knows the agent's key. */
  readonly joinToken: string
  /** The agent's key. */
  readonly signer: Signer
  /** The key that the agent changes to, where it does: after a welcome the center knows it, and no other. */
  readonly nextSigner?: Signer | undefined
  /** Called for each connection. */
  readonly hello: () => HelloParts
  /** The promise resolves when the instruction is in the journal and need not be sent again. */
  readonly onInstruction: (instruction: Instruction) => Promise<void> | undefined
  /** Called after each welcome, before reports without a receipt are sent again. */
  readonly onWelcome?: (welcome: CenterWelcome) => void
  readonly onRefusal?: (refusal: CenterRefusal) => void
  /** The link was lost or could not be made. The link tries again by itself. */
  readonly onDown?: (wasUp: boolean, why: string) => void
  /** Called with the reports that are now durable at the center. */
  readonly onReceipted?: (reports: readonly NewReport[]) => void
  /** Called with the apps that the center wants on this host. */
  readonly onApps?: (wish: SetApps) => void
  /** Called with how far the center has what runs printed. */
  readonly onOutputReceipt?: (reaches: readonly OutputReach[]) => void
  /** Knows whether an instruction is one of the center. */
  readonly instructions: InstructionGuard
  readonly clock: CenterClock
  readonly logger: Logger
  readonly random?: () => number
}

/** The agent's connection to the center: connects, and connects again, until it is stopped. */
export interface AgentLink {
  readonly isUp: boolean
  /** True while so many results wait for receipts that no other task should start. Receipts make it false again. */
  readonly isFull: boolean
  /** Returns true if the link is up and the center reads messages of this name. */
  reads(name: MessageName): boolean
  /** True if output may be sent now: the center reads it, no report waits to be sent, and the session takes something. */
  readonly takesOutput: boolean
  /** Sends what runs print, once; it may get lost. Call it only while `takesOutput`. */
  sendOutput(messages: readonly AgentOutput[]): void
  /** Sends the report, and sends it again in each new session until it has a receipt. */
  report(report: NewReport): void
  /** Returns true if a report of the attempt has no receipt yet. */
  hasReportOf(taskId: string, attempt: number): boolean
  /** Resolves with true when every report has a receipt, or with false when the time is over. */
  drained(timeoutMs: number): Promise<boolean>
  /** Says goodbye and closes. */
  stop(reason: string): Promise<void>
}

/**
 * How long the acknowledgement and the start of a run wait for its end. Nobody needs them earlier: the center sends an
 * instruction again after 2 s, and people do not see a tenth of a second. The end of a short run then leaves in the same
 * frame, and the center appends all three at once.
 */
const heldMs = 100
/** How often an agent that stops asks for its receipts: a center sends them with any other message, or after a while. */
const askMs = 50

/** Refusals because another agent has the id or the ip. */
const conflictCodes: ReadonlySet<string> = new Set(['AGENT_DUPLICATE', 'AGENT_IP_TAKEN'])
const noFailures: Failures = { count: 0, conflicts: 0, isHopeless: false, isNobodyListening: false }

export function agentLink(options: AgentLinkOptions): AgentLink {
  return new ReconnectingLink(options)
}

class ReconnectingLink implements AgentLink {
  readonly #options: AgentLinkOptions
  readonly #outbox: ReportOutbox
  #session: LinkSession
  #welcome: CenterWelcome | null = null
  #failures = noFailures
  #isFlushDue = false
  /** Set while only reports wait that need not leave at once. */
  #held: NodeJS.Timeout | undefined
  /** True if reports were left behind by the last flush, because the session or the center took no more. */
  #isHeldUp = false
  #isStopped = false
  readonly #stopAsking: () => void
  #retry: NodeJS.Timeout | undefined
  #onDrained: (() => void) | null = null

  constructor(options: AgentLinkOptions) {
    this.#options = options
    this.#outbox = new ReportOutbox(options.logger)
    this.#session = this.#connect()
    this.#stopAsking = options.clock.onAsk(() => this.#session.askTime())
  }

  get isUp(): boolean {
    return this.#welcome !== null
  }

  get isFull(): boolean {
    return this.#outbox.isFull
  }

  reads(name: MessageName): boolean {
    return this.#welcome !== null && writerFor(this.#welcome.fingerprints).canWrite(name)
  }

  get takesOutput(): boolean {
    return this.reads('AgentOutput') && !this.#outbox.hasUnsent && this.#session.isWritable
  }

  sendOutput(messages: readonly AgentOutput[]): void {
    if (!this.#welcome) return
    const writer = writerFor(this.#welcome.fingerprints)
    this.#session.sendOutput(messages.map((message) => writer.encode('AgentOutput', message)))
  }

  report(report: NewReport): void {
    this.#outbox.add(report)
    if (report.name === 'AgentCronRun' || report.name === 'AttemptAcknowledged' || report.name === 'AttemptStarted') this.#flushWithin(heldMs)
    else this.#flushSoon()
  }

  hasReportOf(taskId: string, attempt: number): boolean {
    return this.#outbox.hasReportOf(taskId, attempt)
  }

  async drained(timeoutMs: number): Promise<boolean> {
    if (this.#outbox.size === 0) return true
    this.#flush()
    const { promise, resolve } = Promise.withResolvers<true>()
    this.#onDrained = () => resolve(true)
    // The answer to a ping brings the receipts that wait at the center.
    const asking = setInterval(() => this.#session.askTime(), askMs)
    try {
      return await within(timeoutMs, promise, false)
    } finally {
      clearInterval(asking)
    }
  }

  async stop(reason: string): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#retry)
    clearTimeout(this.#held)
    this.#stopAsking()
    if (this.#welcome) this.#flush()
    await this.#session.close(this.#welcome ? centerWriter(this.#welcome.fingerprints).encode('AgentGoodbye', { reason }) : null)
  }

  #connect(): LinkSession {
    const { dial, joinToken, signer, nextSigner, hello, clock, logger } = this.#options
    return dial({
      hello: () => ({ ...hello(), joinToken }),
      signer,
      nextSigner,
      clock,
      logger,
      onWelcome: (welcome) => this.#onWelcome(welcome),
      onRefusal: (refusal) => this.#onRefusal(refusal),
      onMessage: (message) => this.#onMessage(message),
      onWritable: () => this.#flush(),
      onClosed: (why, isNobodyListening = false) => this.#onClosed(why, isNobodyListening),
      oldestUnreceipted: () => this.#outbox.oldestSent,
    })
  }

  #onWelcome(welcome: CenterWelcome): void {
    if (this.#isStopped) return
    this.#welcome = welcome
    this.#failures = noFailures
    this.#options.logger.info({ sessionId: welcome.sessionId }, 'linked to the center')
    if (!this.#options.instructions.learn(welcome)) {
      const message = 'no key of this center is one that the agent knows, or that one which it knows vouches for: it takes no instructions'
      this.#options.logger.error(`${message}. If the center lost its key, delete center-keys.json in the agent's data folder and restart it`)
    }
    this.#outbox.restart(centerWriter(welcome.fingerprints))
    this.#options.onWelcome?.(welcome)
    this.#flush()
  }

  #onRefusal(refusal: CenterRefusal): void {
    const { code, message } = refusal
    const conflicts = conflictCodes.has(code) ? this.#failures.conflicts + 1 : 0
    this.#failures = { ...this.#failures, conflicts, isHopeless: !refusal.canRetry }
    this.#options.logger.error({ code, canRetry: refusal.canRetry }, `the center refuses this agent: ${message}`)
    this.#options.onRefusal?.(refusal)
  }

  #onMessage(message: Message): Promise<void> | undefined {
    switch (message.name) {
      case 'RunTask':
      case 'CancelTask':
      case 'SignedInstruction':
      case 'SetApps':
        return this.#instruct(message)
      case 'Receipt':
        this.#onReceipt(message.value.reportIds)
        return undefined
      case 'OutputReceipt':
        this.#options.onOutputReceipt?.(message.value.outputs)
        return undefined
      default:
        this.#options.logger.error({ message: message.name }, 'the center sent what an agent does not take')
        return undefined
    }
  }

  /** What is refused is told to the center, and need not be read again. */
  #instruct(message: Signable | SignedMessage): Promise<void> | undefined {
    const { instructions, logger, onInstruction, onApps } = this.#options
    const opened = instructions.open(message)
    if ('name' in opened && opened.name === 'SetApps') {
      onApps?.(opened.value)
      return undefined
    }
    if ('name' in opened) return onInstruction(opened)
    logger.error({ ...opened }, 'refused what came as an instruction of the center')
    if (!instructions.isTold(opened) || !this.reads('AgentInstructionReport')) return undefined
    // Not under the names of a task's reports: what came may name any task.
    const { code, keyId, taskId: namedTaskId, attempt: namedAttempt } = opened
    this.report({ name: 'AgentInstructionReport', value: { code, keyId, namedTaskId, namedAttempt } })
    return undefined
  }

  #onReceipt(reportIds: readonly number[]): void {
    const receipted = this.#outbox.receipt(reportIds)
    this.#options.onReceipted?.(receipted)
    if (this.#outbox.size === 0) this.#onDrained?.()
    if (this.#isHeldUp) this.#flushSoon()
  }

  #onClosed(why: string, isNobodyListening: boolean): void {
    const wasUp = this.#welcome !== null
    this.#welcome = null
    if (this.#isStopped) return
    this.#failures = { ...this.#failures, count: this.#failures.count + 1, isNobodyListening }
    const failures = this.#failures.count
    const delayMs = reconnectDelayMs(this.#failures, this.#options.random ?? Math.random)
    const level = failures === 1 ? 'warn' : 'debug'
    this.#options.logger[level]({ why, delayMs, failures }, wasUp ? 'the link to the center was cut' : 'no link to the center')
    this.#retry = setTimeout(() => {
      this.#session = this.#connect()
    }, delayMs)
    this.#options.onDown?.(wasUp, why)
  }

  /** Reports that gather in one turn of the event loop are sent together. */
  #flushSoon(): void {
    if (this.#isFlushDue || !this.#welcome || !this.#outbox.hasUnsent) return
    this.#isFlushDue = true
    setImmediate(() => {
      this.#isFlushDue = false
      this.#flush()
    })
  }

  /** Sends the reports with the next ones that have to leave at once, or else after this time. */
  #flushWithin(ms: number): void {
    this.#held ??= setTimeout(() => this.#flush(), ms)
  }

  #flush(): void {
    clearTimeout(this.#held)
    this.#held = undefined
    if (!this.#welcome) return
    while (this.#outbox.hasUnsent && this.#session.isWritable) {
      const messages = this.#outbox.next(this.#welcome.maxUnreceipted)
      if (messages.length === 0) break
      this.#session.send(messages)
    }
    this.#isHeldUp = this.#outbox.hasUnsent
  }
}
