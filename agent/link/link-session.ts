import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { encode, type Message, readableFingerprints, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, CenterPong, CenterRefusal, CenterWelcome } from '@elves/schemas/generated/types.ts'
import WebSocket from 'ws'
import type { CenterClock } from './center-clock.ts'
import { encodeFrame, frameBytes, readFrame } from './frames.ts'

export const protocolVersion = 1

const connectTimeoutMs = 10_000
/** A center that says neither yes nor no for so long is tried again. */
const welcomeTimeoutMs = 15_000
/** How long a close may take before the socket is torn down. */
const closeTimeoutMs = 1_000
/** Above this the socket takes no more until it has written. */
const bufferedBytes = 1024 * 1024
/** A link without a word from the center for so many ping intervals is dead. */
const silentIntervals = 2

export interface LinkSessionOptions {
  readonly url: string
  readonly hello: () => Omit<AgentHello, 'protocolVersion' | 'clockMs' | 'capabilities' | 'fingerprints'>
  readonly clock: CenterClock
  readonly logger: Logger
  readonly onWelcome: (welcome: CenterWelcome) => void
  readonly onRefusal: (refusal: CenterRefusal) => void
  /** What is neither handshake nor heartbeat. */
  readonly onMessage: (message: Message) => void
  /** It takes messages again. */
  readonly onWritable: () => void
  /** Once, after the last of the others. */
  readonly onClosed: (why: string) => void
}

/** One connection, from the dial to the close: handshake, heartbeat, frames. */
export interface LinkSession {
  readonly isWritable: boolean
  send(messages: readonly Uint8Array[]): void
  /** Sends a last message and closes. */
  close(lastMessage: Uint8Array | null): Promise<void>
}

export function linkSession(options: LinkSessionOptions): LinkSession {
  return new SocketSession(options)
}

class SocketSession implements LinkSession {
  readonly #options: LinkSessionOptions
  readonly #socket: WebSocket
  readonly #closed: Promise<void>
  /** One timer: for the welcome first, then for the heartbeat. */
  #timer: NodeJS.Timeout | undefined
  #why = 'closed'
  #state: 'DIALLING' | 'GREETING' | 'UP' | 'OVER' = 'DIALLING'
  #sentAtMs = 0
  #pingedClockMs = 0
  #silentTicks = 0

  constructor(options: LinkSessionOptions) {
    this.#options = options
    this.#socket = new WebSocket(options.url, { perMessageDeflate: false, maxPayload: frameBytes, handshakeTimeout: connectTimeoutMs })
    this.#socket.on('open', () => this.#greet())
    this.#socket.on('message', (data: Buffer) => this.#onFrame(data))
    this.#socket.on('error', (error) => {
      this.#why = error.message
    })
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        this.#onClose(code, reason.toString())
        resolve()
      })
    })
  }

  get isWritable(): boolean {
    return this.#state === 'UP' && this.#socket.bufferedAmount < bufferedBytes
  }

  send(messages: readonly Uint8Array[]): void {
    const isFilling = this.#socket.bufferedAmount > 0
    this.#socket.send(encodeFrame(messages), isFilling ? () => this.#options.onWritable() : undefined)
  }

  async close(lastMessage: Uint8Array | null): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    clearTimeout(this.#timer)
    if (this.#socket.readyState === WebSocket.OPEN) {
      if (lastMessage) this.#socket.send(encodeFrame([lastMessage]))
      this.#socket.close(1000)
    } else {
      this.#socket.terminate()
    }
    const timer = setTimeout(() => this.#socket.terminate(), closeTimeoutMs)
    await this.#closed
    clearTimeout(timer)
  }

  #greet(): void {
    this.#state = 'GREETING'
    this.#sentAtMs = performance.now()
    const known = { protocolVersion, clockMs: Date.now(), capabilities: [], fingerprints: readableFingerprints }
    this.#socket.send(encodeFrame([encode('AgentHello', { ...this.#options.hello(), ...known })]))
    this.#timer = setTimeout(() => this.#giveUp('the center did not answer the hello'), welcomeTimeoutMs)
  }

  #onFrame(data: Buffer): void {
    // The socket may still hand over what it had when it was torn down.
    if (this.#state === 'OVER') return
    this.#silentTicks = 0
    try {
      for (const message of readFrame(data)) this.#onMessage(message)
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error
      this.#options.logger.error({ err: new ElvesError('FRAME_INVALID', error.message, { cause: error }) }, 'the center sent an unreadable frame')
      this.#giveUp('unreadable frame')
    }
  }

  #onMessage(message: Message): void {
    if (this.#state === 'OVER') return
    if (message.name === 'CenterPong') this.#onPong(message.value)
    else if (this.#state === 'UP') this.#options.onMessage(message)
    else if (message.name === 'CenterWelcome') this.#onWelcome(message.value)
    else if (message.name === 'CenterRefusal') this.#onRefusal(message.value)
    else this.#giveUp(`${message.name} before the welcome`)
  }

  #onPong(pong: CenterPong): void {
    // A pong that took longer than a ping interval is not an answer to the last ping, and no measure.
    if (pong.agentClockMs === this.#pingedClockMs) this.#options.clock.sample(pong.clockMs, this.#sentAtMs, performance.now())
  }

  #onRefusal(refusal: CenterRefusal): void {
    this.#options.onRefusal(refusal)
    this.#giveUp(`refused: ${refusal.code}`)
  }

  #onWelcome(welcome: CenterWelcome): void {
    this.#state = 'UP'
    this.#options.clock.sample(welcome.clockMs, this.#sentAtMs, performance.now())
    clearTimeout(this.#timer)
    this.#timer = setInterval(() => this.#beat(), welcome.pingIntervalMs)
    this.#options.onWelcome(welcome)
  }

  /** The pong tells that the link lives, and what the center's clock says. */
  #beat(): void {
    if (this.#silentTicks >= silentIntervals) {
      this.#giveUp('no word from the center')
      return
    }
    this.#silentTicks += 1
    this.#sentAtMs = performance.now()
    this.#pingedClockMs = Date.now()
    this.#socket.send(encodeFrame([encode('AgentPing', { clockMs: this.#pingedClockMs })]))
  }

  #giveUp(why: string): void {
    this.#why = why
    this.#state = 'OVER'
    this.#socket.terminate()
  }

  #onClose(code: number, reason: string): void {
    clearTimeout(this.#timer)
    this.#state = 'OVER'
    this.#options.onClosed(reason === '' ? `${this.#why} (${code})` : `${this.#why} (${code} ${reason})`)
  }
}
