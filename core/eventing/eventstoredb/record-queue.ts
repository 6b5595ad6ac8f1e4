import type { Logger } from '../../foundation/log.ts'
import { pause } from '../../foundation/waiting.ts'
import { WakeUps } from '../wake-ups.ts'
import type { NodeCalls, RecordStream } from './node-calls.ts'
import { asRefusal, isPassingRefusal } from './refusals.ts'
import { type StoredRecord, storedRecord } from './stored-record.ts'

const pauseMs = 100
/** Longest wait for a fuller batch while catching up, because each batch costs its reader a transaction. */
const lingerMs = 50
const bytesMost = 32 * 1024 * 1024

export interface RecordQueueOptions {
  readonly calls: NodeCalls
  readonly prefix: string
  readonly after: number
  /** Most records that the reader takes at once. The queue keeps a few times as many before it pauses the server. */
  readonly size: number
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Records of one subscription of the server. Whenever the connection is lost, it subscribes again after the last record that came. */
export class RecordQueue {
  readonly #options: RecordQueueOptions
  readonly #news = new WakeUps()
  readonly #stopping = new AbortController()
  readonly #signal: AbortSignal
  #records: StoredRecord[] = []
  #bytes = 0
  #stream: RecordStream | null = null
  #isPaused = false
  /** Position of the last record that came. */
  #last: number
  #failure: Error | null = null
  #wakeUp: NodeJS.Immediate | undefined

  constructor(options: RecordQueueOptions) {
    this.#options = options
    this.#last = options.after
    this.#signal = AbortSignal.any([options.signal, this.#stopping.signal])
    this.#follow().catch((error: Error) => {
      this.#failure = error
      this.#news.wake()
    })
  }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /**
   * Returns the first records, at least one (none if the signal aborts). Waits a short time for as many as were asked for,
   * if more are known to exist up to the position `end`. The records stay here until they are {@link taken}.
   */
  async take(most: number, end: number): Promise<readonly StoredRecord[]> {
    while (this.isEmpty && !this.#signal.aborted) {
      if (this.#failure) throw this.#failure
      await this.#news.next(this.#signal)
    }
    const isShort = () => this.#records.length < most && this.#last < end && !this.#failure
    if (isShort()) {
      const late = AbortSignal.any([this.#signal, AbortSignal.timeout(lingerMs)])
      while (isShort() && !late.aborted) await this.#news.next(late)
    }
    return this.#signal.aborted ? [] : this.#records.slice(0, most)
  }

  taken(count: number): void {
    for (const record of this.#records.slice(0, count)) this.#bytes -= sizeOf(record)
    this.#records = this.#records.slice(count)
    if (!this.#isPaused || this.#records.length > this.#options.size || this.#bytes > bytesMost / 2) return
    this.#isPaused = false
    this.#stream?.resume()
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #follow(): Promise<void> {
    const { calls, prefix, logger } = this.#options
    while (!this.#signal.aborted) {
      try {
        await this.#receive(await calls.follow(this.#last, prefix))
      } catch (error) {
        if (!isPassingRefusal(error)) throw asRefusal(error)
        if (!this.#signal.aborted) logger.warn({ err: error }, 'the subscription to EventStoreDB was lost; it is made again')
      }
      await pause(pauseMs, this.#signal)
    }
  }

  /** Receives records until the stream ends. */
  async #receive(stream: RecordStream): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const cancel = () => {
      resolve()
      stream.cancel()
    }
    stream.on('error', reject)
    stream.on('end', resolve)
    stream.on('data', (response) => {
      try {
        const record = storedRecord(response)
        if (record) this.#arrived(record, stream)
      } catch (error) {
        reject(error)
      }
    })
    this.#stream = stream
    if (this.#isPaused) stream.pause()
    this.#signal.addEventListener('abort', cancel)
    if (this.#signal.aborted) cancel()
    try {
      await promise
    } finally {
      this.#stream = null
      this.#signal.removeEventListener('abort', cancel)
      stream.cancel()
    }
  }

  /** Wakes the reader after the records that came together with this one, which are mostly of the same append. */
  #wakeSoon(): void {
    this.#wakeUp ??= setImmediate(() => {
      this.#wakeUp = undefined
      this.#news.wake()
    })
  }

  #arrived(record: StoredRecord, stream: RecordStream): void {
    // Records of a failed stream may still arrive; the next stream delivers them again.
    if (stream !== this.#stream || record.position <= this.#last || !record.stream.startsWith(this.#options.prefix)) return
    this.#last = record.position
    this.#records.push(record)
    this.#bytes += sizeOf(record)
    this.#wakeSoon()
    if (this.#isPaused || (this.#records.length < this.#options.size * 4 && this.#bytes < bytesMost)) return
    this.#isPaused = true
    stream.pause()
  }
}

function sizeOf({ data, metadata }: StoredRecord): number {
  return data.length + metadata.length
}
