import { type MessageWriter, nameOf, UndecodableMessage, UnknownToReader, writerForToday } from '@elves/schemas/codec/codec.ts'
import type { WebSocket } from 'ws'
import { framesOf } from '../link/frames.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

/** What waits to leave to one agent: all of one turn of the event loop leaves in one frame, its receipts in one message. */
export class Outbox {
  readonly #socket: WebSocket
  readonly #flushLater: (outbox: Outbox) => void
  readonly #limits: GatewayLimits
  readonly #metrics: GatewayMetrics
  #messages: Uint8Array[] = []
  #messageBytes = 0
  #reportIds: number[] = []
  #isHeld = true
  #writer = writerForToday
  #sentBytes = 0
  #fetchedBytes = 0
  #movedAtMs = performance.now()
  /** Kept by {@link flushTurns}. */
  isDirty = false

  constructor(socket: WebSocket, flushLater: (outbox: Outbox) => void, limits: GatewayLimits, metrics: GatewayMetrics) {
    this.#socket = socket
    this.#flushLater = flushLater
    this.#limits = limits
    this.#metrics = metrics
  }

  /** From its hello on it is known what the agent reads; what others encoded is brought into that form as it leaves. */
  writeWith(writer: MessageWriter): void {
    this.#writer = writer
  }

  /** What waits to leave, here and in the socket. */
  get bytes(): number {
    return this.#messageBytes + this.#socket.bufferedAmount
  }

  hasRoom(): boolean {
    return this.bytes < this.#limits.bufferedBytes
  }

  /** For how long the agent has fetched nothing of what waits for it. To be asked now and then. */
  standsForMs(nowMs: number): number {
    const { bufferedAmount } = this.#socket
    const fetchedBytes = this.#sentBytes - bufferedAmount
    if (bufferedAmount === 0 || fetchedBytes !== this.#fetchedBytes) this.moved(nowMs)
    this.#fetchedBytes = fetchedBytes
    return nowMs - this.#movedAtMs
  }

  /** Counts the standing from here on: nobody looked for a while. */
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
    if (!this.#isHeld) this.#flushLater(this)
  }

  /** Until it is released, instructions are kept back: an agent gets none before its welcome. `isWanted` is asked of each then. */
  release(first: readonly Uint8Array[], isWanted: (held: Uint8Array) => boolean = () => true): void {
    this.#isHeld = false
    this.#messages = [...first, ...this.#messages.filter(isWanted)]
    this.flush()
  }

  /** The last words of a link that never opened: whatever was kept back is not sent. To an agent that reads none of them they go as they are. */
  replaceBy(last: readonly Uint8Array[]): void {
    if (!['Frame' as const, ...last.map(nameOf)].every((name) => this.#writer.canWrite(name))) this.#writer = writerForToday
    this.#messages = []
    this.#messageBytes = 0
    this.release(last)
  }

  /** What neither we nor the agent know (a newer release sends it) goes as it is: the agent says what it thinks of it. */
  #readable(message: Uint8Array): Uint8Array {
    try {
      return this.#writer.forward(message)
    } catch (error) {
      if (error instanceof UndecodableMessage || error instanceof UnknownToReader) return message
      throw error
    }
  }

  flush(): void {
    if (this.#isHeld) return
    if (this.#reportIds.length > 0) this.#messages.push(this.#writer.encode('Receipt', { reportIds: this.#reportIds }))
    const messages = this.#messages.map((message) => this.#readable(message))
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
