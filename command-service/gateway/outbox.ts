import { type MessageWriter, nameOf, UndecodableMessage, UnknownToReader, writerForToday } from '@elves/schemas/codec/codec.ts'
import type { WebSocket } from 'ws'
import { framesOf } from '../link/frames.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import { plainInstruction } from '../link/plain-instruction.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

/** This many receipts leave at once: an agent sends no more reports than its limit of those without a receipt. */
const receiptsAtOnce = 100

/**
 * The messages that wait to leave to one agent. The messages of one turn of the event loop leave in one frame. Receipts leave with the
 * next other message, or after a while: nobody waits for them, and each frame of its own costs a system call here and a wake-up there.
 */
export class Outbox {
  readonly #socket: WebSocket
  readonly #flushLater: (outbox: Outbox) => void
  readonly #limits: GatewayLimits
  readonly #metrics: GatewayMetrics
  #messages: Uint8Array[] = []
  #messageBytes = 0
  #reportIds: number[] = []
  /** Set while only receipts wait. */
  #receiptTimer: NodeJS.Timeout | undefined
  #isHeld = true
  #writer = writerForToday
  #sentBytes = 0
  #fetchedBytes = 0
  #movedAtMs = performance.now()
  /** Set and cleared by {@link flushTurns}. */
  isDirty = false

  constructor(socket: WebSocket, flushLater: (outbox: Outbox) => void, limits: GatewayLimits, metrics: GatewayMetrics) {
    this.#socket = socket
    this.#flushLater = flushLater
    this.#limits = limits
    this.#metrics = metrics
  }

  /** Called at the hello, which says what the agent can read. Messages that others encoded are converted to that as they leave. */
  writeWith(writer: MessageWriter): void {
    this.#writer = writer
  }

  /** Bytes that wait to leave, here and in the socket. */
  get bytes(): number {
    return this.#messageBytes + this.#socket.bufferedAmount
  }

  hasRoom(): boolean {
    return this.bytes < this.#limits.bufferedBytes
  }

  /**
   * Returns for how long the agent has fetched nothing of what waits for it. Has to be called now and then, because it compares with
   * the last call.
   */
  standsForMs(nowMs: number): number {
    const { bufferedAmount } = this.#socket
    const fetchedBytes = this.#sentBytes - bufferedAmount
    if (bufferedAmount === 0 || fetchedBytes !== this.#fetchedBytes) this.moved(nowMs)
    this.#fetchedBytes = fetchedBytes
    return nowMs - this.#movedAtMs
  }

  /** Starts that time anew: bytes have moved, or nobody looked for a while. */
  moved(nowMs: number): void {
    this.#movedAtMs = nowMs
  }

  add(message: Uint8Array): void {
    this.#messages.push(message)
    this.#messageBytes += message.length
    if (!this.#isHeld) this.#flushLater(this)
  }

  receipt(reportIds: readonly number[]): void {
    for (const id of reportIds) this.#reportIds.push(id)
    if (this.#reportIds.length >= receiptsAtOnce && !this.#isHeld) this.#flushLater(this)
    else this.#receiptTimer ??= setTimeout(() => this.flush(), this.#limits.receiptHoldMs).unref()
  }

  /**
   * Sends `first`, then those of the held messages that `isWanted` accepts. Until then messages are held, because an agent gets no
   * instruction before its welcome.
   */
  release(first: readonly Uint8Array[], isWanted: (held: Uint8Array) => boolean = () => true): void {
    this.#isHeld = false
    this.#messages = [...first, ...this.#messages.filter(isWanted)]
    this.flush()
  }

  /**
   * Sends the last messages of a link that never opened, and drops the held ones. If the agent cannot read all of them, they go in
   * today's schemas.
   */
  replaceBy(last: readonly Uint8Array[]): void {
    if (!['Frame' as const, ...last.map(nameOf)].every((name) => this.#writer.canWrite(name))) this.#writer = writerForToday
    this.#messages = []
    this.#messageBytes = 0
    this.release(last)
  }

  /** A message that this process or the agent does not know (a newer release sends it) goes as it is; the agent decides what to do with it. */
  #readable(message: Uint8Array): Uint8Array | null {
    try {
      // An agent of a release without apps of the center would take it for a broken frame.
      if (!this.#writer.canWrite('SetApps') && nameOf(plainInstruction(message)) === 'SetApps') return null
      // An agent of a release without signed instructions gets what is in them.
      return this.#writer.forward(this.#writer.canWrite('SignedInstruction') ? message : plainInstruction(message))
    } catch (error) {
      if (error instanceof UndecodableMessage || error instanceof UnknownToReader) return message
      throw error
    }
  }

  flush(): void {
    clearTimeout(this.#receiptTimer)
    this.#receiptTimer = undefined
    if (this.#isHeld) return
    if (this.#reportIds.length > 0) this.#messages.push(this.#writer.encode('Receipt', { reportIds: this.#reportIds }))
    const messages = this.#messages.flatMap((message) => this.#readable(message) ?? [])
    this.#messages = []
    this.#messageBytes = 0
    this.#reportIds = []
    if (messages.length === 0 || this.#socket.readyState !== this.#socket.OPEN) return
    for (const frame of framesOf(messages, this.#limits.frameBytes, this.#writer)) {
      this.#metrics.sent(frame.length)
      this.#sentBytes += frame.length
      this.#socket.send(frame)
    }
  }
}

/** Flushes all outboxes that got something in this turn of the event loop, at its end: one immediate for all of them. */
export function flushTurns(): (outbox: Outbox) => void {
  let dirty: Outbox[] = []

  function flushAll(): void {
    const outboxes = dirty
    dirty = []
    for (const outbox of outboxes) {
      outbox.isDirty = false
      outbox.flush()
    }
  }

  return (outbox) => {
    if (outbox.isDirty) return
    outbox.isDirty = true
    if (dirty.push(outbox) === 1) setImmediate(flushAll)
  }
}
