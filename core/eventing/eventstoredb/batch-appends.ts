import { randomUUID } from 'node:crypto'
import { type AppendAnswer, type ProposedAppend, RefusedAppend } from './append-requests.ts'
import type { BatchAnswer, BatchedAppend } from './batch-messages.ts'

/** A stream of messages both ways, on one connection. */
export interface BatchStream {
  on(event: 'data', listener: (response: BatchAnswer) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'end', listener: () => void): this
  once(event: 'metadata', listener: () => void): this
  write(request: BatchedAppend): boolean
  cancel(): void
}

export interface BatchAppendsOptions {
  /** Opens a stream to the leader. */
  open(): Promise<BatchStream>
  /**
   * Called when a stream is given up: it was silent for too long while appends wait, because its node may stand still; or its node
   * answered that it can not write now, because another one may lead.
   */
  givenUp(): void
}

interface Waiting {
  resolve(answer: AppendAnswer): void
  reject(error: Error): void
  readonly timer: NodeJS.Timeout
}

/** So long a server may answer nothing at all while appends wait. Its own limit for a write is 2 s. */
const silentMs = 2_500
/** An append waits so long for those under way, and is sent beside them then: one that is slow holds up no other. */
const gatherMs = 3
const deadlineExceeded = 4
const unavailable = 14

/**
 * Appends over one stream of messages, however many are under way; answers come in any order. The stream is opened by the first
 * append, and again after it broke. What had no answer then may be written or not, and rejects.
 */
export class BatchAppends {
  readonly #options: BatchAppendsOptions
  #batch: Promise<Batch> | undefined

  constructor(options: BatchAppendsOptions) {
    this.#options = options
  }

  async append(append: ProposedAppend, timeoutMs: number): Promise<AppendAnswer> {
    this.#batch ??= this.#connect()
    return (await this.#batch).append(append, timeoutMs)
  }

  #connect(): Promise<Batch> {
    const leave = () => {
      if (this.#batch === connecting) this.#batch = undefined
    }
    const connecting = this.#options.open().then((stream) => new Batch(stream, { left: leave, givenUp: this.#options.givenUp }))
    connecting.catch(leave)
    return connecting
  }
}

/**
 * The appends of one stream. Those that come while others are under way wait until these are answered, or for a moment, and are sent
 * together: then their answers and their events come together, too, and what follows on them is done in one turn.
 */
class Batch {
  readonly #stream: BatchStream
  readonly #listener: { left(): void; givenUp(): void }
  readonly #waiting = new Map<string, Waiting>()
  readonly #underWay = new Set<string>()
  #queued: BatchedAppend[] = []
  #turn: NodeJS.Immediate | undefined
  #longest: NodeJS.Timeout | undefined
  /** When the last answer came, or the first append that waits was sent. */
  #heardAt = 0
  #watch: NodeJS.Timeout | undefined
  #failure: Error | undefined

  constructor(stream: BatchStream, listener: { left(): void; givenUp(): void }) {
    this.#stream = stream
    this.#listener = listener
    stream.on('data', (response) => this.#answered(response))
    stream.on('error', (error) => this.#end(error))
    stream.on('end', () => this.#end(new RefusedAppend(unavailable, 'the server ended the stream of appends')))
  }

  append(append: ProposedAppend, timeoutMs: number): Promise<AppendAnswer> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const id = randomUUID()
      if (this.#waiting.size === 0) this.#heardAt = performance.now()
      const timer = setTimeout(() => this.#late(id), timeoutMs)
      this.#waiting.set(id, { resolve, reject, timer })
      this.#watchLater()
      this.#queued.push({ correlationId: id, append })
      if (this.#underWay.size === 0) this.#sendSoon()
      else this.#longest ??= setTimeout(() => this.#sendQueued(), gatherMs)
    })
  }

  /** With what else comes in this turn. */
  #sendSoon(): void {
    this.#turn ??= setImmediate(() => this.#sendQueued())
  }

  #sendQueued(): void {
    clearImmediate(this.#turn)
    clearTimeout(this.#longest)
    this.#turn = undefined
    this.#longest = undefined
    const queued = this.#queued
    this.#queued = []
    for (const one of queued) {
      // It may be late already.
      if (!this.#waiting.has(one.correlationId)) continue
      this.#underWay.add(one.correlationId)
      this.#stream.write(one)
    }
  }

  #answered({ correlationId, answer }: BatchAnswer): void {
    this.#heardAt = performance.now()
    // An answer after its time finds nobody.
    const waiting = this.#taken(correlationId)
    try {
      waiting?.resolve(answer())
    } catch (error) {
      waiting?.reject(error as Error)
      if (error instanceof RefusedAppend && error.code === unavailable) this.#giveUp(error)
    }
  }

  #late(id: string): void {
    this.#taken(id)?.reject(new RefusedAppend(deadlineExceeded, 'the append was not answered in time'))
  }

  #taken(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    if (!waiting) return undefined
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    this.#underWay.delete(id)
    if (this.#underWay.size === 0 && this.#queued.length > 0) this.#sendSoon()
    return waiting
  }

  #watchLater(): void {
    const due = performance.now() + silentMs / 4
    this.#watch ??= setTimeout(() => this.#look(due), silentMs / 4)
  }

  #look(due: number): void {
    this.#watch = undefined
    if (this.#waiting.size === 0) return
    // Where this process stood still itself, answers may be there that it has not read.
    if (performance.now() - due > silentMs / 4) this.#heardAt = performance.now()
    if (performance.now() - this.#heardAt < silentMs) {
      this.#watchLater()
      return
    }
    this.#giveUp(new RefusedAppend(unavailable, `the server answered no append for ${silentMs} ms`))
  }

  #giveUp(error: Error): void {
    if (this.#failure) return
    this.#end(error)
    this.#listener.givenUp()
    this.#stream.cancel()
  }

  #end(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    this.#listener.left()
    clearTimeout(this.#watch)
    this.#queued = []
    this.#sendQueued()
    for (const id of [...this.#waiting.keys()]) this.#taken(id)?.reject(error)
  }
}
