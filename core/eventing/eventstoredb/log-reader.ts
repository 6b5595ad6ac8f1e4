import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { Pauses, within } from '../../foundation/waiting.ts'
import type { RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import { RecentEvents } from '../tail/recent-events.ts'
import type { LogHead } from './log-head.ts'
import type { NodeCalls, RecordStream } from './node-calls.ts'
import { recordOfAnswer } from './read-answers.ts'
import { isPassingRefusal } from './refusals.ts'
import type { SentEvents } from './sent-events.ts'
import type { StoredRecord } from './stored-record.ts'

const pauses = { firstMs: 100, longestMs: 2_000 }
/** After so long without a record it asks for the end of the log: a subscription that is silent may be lost. */
const silentMs = 1_000
/** So many times it looks at the last records only; then it searches the log, which takes long where other programs write much. */
const looksPerSearch = 60
/** A node that does not answer that in time is given up, and a leader looked for. */
const answerMs = 2_000
/** An append waits so long for its events, and then reads them. */
const broughtMs = 1_000
/**
 * Where appends of this process still wait for events, those that came gather: a ms for each that is awaited, and so long at most. Then
 * followers and writers are woken once for all of them.
 */
const gatherMostMs = 10
const pageRecords = 1_000
const stopMs = 2_000
const deadlineExceeded = 4
const aborted = 10

export interface LogReaderOptions {
  readonly calls: NodeCalls
  readonly prefix: string
  readonly logId: string
  readonly head: LogHead
  readonly sent: Pick<SentEvents, 'awaited'>
  readonly logger: Logger
  /** Throws EVENT_UNREADABLE. */
  toEvent(record: StoredRecord): RecordedEvent
}

interface Waiting {
  readonly position: number
  resolve(): void
}

/**
 * The one reader of the log in a process. It reads each new event once and hands it to all followers through memory. A follower that
 * is further behind than memory reaches reads pages.
 *
 * News comes by a subscription of the server. Releases up to 23.10 drop one that lags by more than 32 events; that costs nothing but
 * a new one, which goes on after the last record that came. And where the subscription brings nothing, the log is read.
 */
export class LogReader implements Running {
  readonly recent: RecentEvents
  readonly #options: LogReaderOptions
  readonly #tries: Tries
  readonly #stopping = new AbortController()
  readonly #waiting = new Set<Waiting>()
  readonly #following: Promise<void>
  readonly #ticks: NodeJS.Timeout
  /** Position of the last record that came. */
  #last: number
  /** Position of the last record that was handed to the followers. */
  #handed: number
  #gathered: RecordedEvent[] = []
  #gatheredBytes = 0
  #turn: NodeJS.Immediate | undefined
  #longest: NodeJS.Timeout | undefined
  #isNews = false
  #looking: Promise<void> | undefined
  #looks = 0
  /** Ends the present subscription with an error. */
  #give: (error: unknown) => void = () => undefined

  /** Begins after `from`, the position of a record, or 0. */
  constructor(options: LogReaderOptions, from: number) {
    const { logger, logId } = options
    this.#options = options
    this.#last = from
    this.#handed = from
    this.recent = new RecentEvents(formatPosition(logId, from))
    this.#tries = new Tries(logger)
    this.#following = this.#follow()
    this.#ticks = setInterval(() => this.#look(), silentMs)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#ticks)
    clearTimeout(this.#longest)
    this.#give(null)
    this.recent.close()
    for (const waiting of this.#waiting) waiting.resolve()
    // A client that looks for a leader can not be interrupted.
    await within(stopMs, this.#following, undefined)
    this.#tries.over()
  }

  /**
   * Resolves when what is up to `position` has come and is handed to the followers, with all that waits for the same records; or when it
   * will not come: the log is not being read. True: it is late, and comes yet.
   */
  async brought(position: number): Promise<boolean> {
    if (this.#stopping.signal.aborted || this.#handed >= position) return false
    if (this.#tries.areFailing) return this.#last < position
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = { position, resolve }
    this.#waiting.add(waiting)
    const due = performance.now() + broughtMs
    // Where this process stood still itself, the events may be there that it has not read.
    const over = () => {
      if (performance.now() - due < broughtMs / 4) resolve()
      else timer = setTimeout(resolve, broughtMs)
    }
    let timer = setTimeout(over, broughtMs)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(waiting)
    return !this.#stopping.signal.aborted && this.#last < position
  }

  async #follow(): Promise<void> {
    const { calls, prefix, logger } = this.#options
    const { signal } = this.#stopping
    const rests = new Pauses(pauses, signal)
    while (!signal.aborted) {
      let isOpen = false
      try {
        await this.#receive(await calls.follow(this.#last, prefix), () => {
          isOpen = true
          rests.reset()
          this.#tries.over()
        })
      } catch (error) {
        if (signal.aborted) return
        if (isOpen && isDropped(error)) {
          logger.debug({ reason: error.message }, 'EventStoreDB dropped the subscription; it is made again')
          continue
        }
        this.#tries.failed(error, 'EventStoreDB')
        for (const waiting of this.#waiting) waiting.resolve()
      }
      await rests.pause()
    }
  }

  /** Receives records until the stream ends. */
  async #receive(stream: RecordStream, opened: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let isOver = false
    this.#give = (error) => (error === null ? resolve() : reject(error))
    if (this.#stopping.signal.aborted) resolve()
    stream.on('error', reject)
    stream.on('end', resolve)
    stream.on('data', (answer) => {
      // Nothing may follow on a record that could not be taken.
      if (isOver) return
      opened()
      try {
        const record = recordOfAnswer(answer)
        if (record) this.#arrived(record)
      } catch (error) {
        isOver = true
        reject(error)
      }
    })
    try {
      await promise
    } finally {
      isOver = true
      this.#give = () => undefined
      stream.cancel()
    }
  }

  /** Records come in the order of the log from whatever brings them, so one that is not newer was there before. */
  #arrived(record: StoredRecord): void {
    const { prefix, head, toEvent, logId, logger } = this.#options
    if (record.position <= this.#last || !record.stream.startsWith(prefix) || this.#stopping.signal.aborted) return
    this.#isNews = true
    this.#last = record.position
    head.advance(record.position)
    try {
      this.#gathered.push(toEvent(record))
      this.#gatheredBytes += record.data.length + record.metadata.length
      this.#handSoon()
    } catch (error) {
      // Followers that reach this event read it themselves, and stop there. Followers beyond it go on.
      logger.error({ err: error }, 'an event can not be read')
      this.#hand()
      this.recent.restart(formatPosition(logId, record.position))
    }
  }

  /** After the records that come together with this one. */
  #handSoon(): void {
    const { awaited } = this.#options.sent
    if (awaited === 0) this.#turn ??= setImmediate(() => this.#hand())
    else this.#longest ??= setTimeout(() => this.#hand(), Math.min(awaited, gatherMostMs))
  }

  #hand(): void {
    clearImmediate(this.#turn)
    clearTimeout(this.#longest)
    this.#turn = undefined
    this.#longest = undefined
    this.#handed = this.#last
    const last = this.#gathered.at(-1)
    if (last) this.recent.push({ after: this.recent.head, upTo: last.position, events: this.#gathered, bytes: this.#gatheredBytes })
    this.#gathered = []
    this.#gatheredBytes = 0
    for (const waiting of this.#waiting) if (waiting.position <= this.#last) waiting.resolve()
  }

  #look(): void {
    if (this.#isNews || this.#tries.areFailing) {
      this.#isNews = false
      return
    }
    this.#looking ??= this.#readNew().finally(() => {
      this.#looking = undefined
    })
  }

  /** Reads what the subscription did not bring, and has it made again then. */
  async #readNew(): Promise<void> {
    const { calls, head, prefix } = this.#options
    const before = this.#last
    const startedAt = performance.now()
    try {
      this.#looks += 1
      const end = await (this.#looks % looksPerSearch === 0 ? head.read() : head.look(answerMs))
      while (this.#last < end && !this.#stopping.signal.aborted) {
        const from = this.#last === 0 ? null : this.#last
        const records = await calls.readAll({ from, direction: 'forwards', limit: pageRecords, prefix })
        const last = this.#last
        for (const record of records) this.#arrived(record)
        if (this.#last === last) return
      }
      if (this.#last > before) this.#give(null)
    } catch (error) {
      // Where this process stood still itself, the time was over before the answer could be read.
      const stoodStill = performance.now() - startedAt > answerMs * 1.25
      if (!isPassingRefusal(error) || (stoodStill && isLate(error))) return
      calls.abandon()
      this.#give(error)
    }
  }
}

function isLate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === deadlineExceeded
}

/** `Consumer too slow to handle event while live`, or `… while transitioning to live`: nothing is wrong. */
function isDropped(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === aborted
}
