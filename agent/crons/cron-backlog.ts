import type { Logger } from '@elves/core/foundation/log.ts'
import { inlineText, outputLength } from '@elves/schemas/codec/value.ts'
import type { OpenAttempt } from '@elves/schemas/generated/types.ts'
import { type Journal, type JournalEntry, phaseOf } from '../journal/journal.ts'
import { attemptKey } from '../journal/journal-state.ts'
import type { AgentLink } from '../link/agent-link.ts'
import type { NewReport } from '../link/report-outbox.ts'

export interface CronBacklogOptions {
  readonly journal: Journal
  readonly link: Pick<AgentLink, 'report' | 'isUp' | 'reads'>
  /** Approximate bytes of ended runs that wait to be told; the oldest beyond them are dropped. */
  readonly keptBytes: number
  readonly logger: Logger
}

/** Runs that are told and not settled. The others wait in the journal only, so that a long backlog takes no second place in memory. */
const window = 256
/** A crash may lose that the oldest are settled, so the center may know as many more. */
const maybeKnown = 2 * window

/**
 * Tells the center of the runs of own crons, in their order: the journal keeps them until the center is there and has taken those
 * before. The journal keeps only so many. Of those that are dropped the center is told how many and of which time.
 */
export class CronBacklog {
  readonly #options: CronBacklogOptions
  /** Runs of which nothing was told, in their order, each with its bytes once it has ended. */
  readonly #waiting = new Map<string, number>()
  #waitingBytes = 0
  /** What was told of the runs that the center is being told of. */
  readonly #told = new Map<string, Set<NewReport['name']>>()
  /** Runs that an earlier process may have told of: they are not dropped, or the center would wait for their ends. */
  readonly #maybeKnown = new Set<string>()
  readonly #toldBatches = new Set<number>()
  /** The batch that takes further drops; null: none is begun. */
  #batch: number | null = null

  constructor(options: CronBacklogOptions) {
    this.#options = options
  }

  /** Call it once, before the first run: takes what an earlier process left in the journal. */
  recover(): void {
    for (const entry of this.#options.journal.open()) {
      if (!entry.cron) continue
      const key = attemptKey(entry.taskId, entry.attempt)
      if (this.#maybeKnown.size < maybeKnown) this.#maybeKnown.add(key)
      this.#wait(key, entry)
    }
    this.#trim()
  }

  /** The run is durable in the journal. */
  added(taskId: string, attempt: number): void {
    this.#waiting.set(attemptKey(taskId, attempt), 0)
    this.feed()
  }

  /** The end of the run is in the journal. */
  ended(taskId: string, attempt: number): void {
    const key = attemptKey(taskId, attempt)
    const entry = this.#options.journal.find(taskId, attempt)
    if (!entry?.end) return
    if (this.#waiting.has(key)) {
      this.#wait(key, entry)
      this.#trim()
    } else this.report({ name: 'AttemptEnded', value: entry.end })
  }

  /** Hands a report on, unless it is about a run that has to wait for its turn, or was told with it. */
  report(report: NewReport): void {
    const { link } = this.#options
    if (!('attempt' in report.value)) {
      link.report(report)
      return
    }
    const key = attemptKey(report.value.taskId, report.value.attempt)
    if (this.#waiting.has(key)) return
    const told = this.#told.get(key)
    // A run is acknowledged by the report that begins it.
    // A processor may fail several times before the outcome.
    const isRepeatable = report.name === 'AttemptProcessing' && report.value.state === 'PENDING'
    if (told && !isRepeatable && (told.has(report.name) || report.name === 'AttemptAcknowledged')) return
    if (!isRepeatable) told?.add(report.name)
    link.report(report)
  }

  /** Tells of as many runs as the window has room for. Call it when the link is up. */
  feed(): void {
    const { journal, link } = this.#options
    if (!link.isUp || !link.reads('AgentCronRun') || !link.reads('AgentCronDropsReport')) return
    this.#tellDrops()
    for (const [key, bytes] of this.#waiting) {
      if (this.#told.size >= window) return
      this.#unwait(key)
      const slash = key.lastIndexOf('/')
      const entry = journal.find(key.slice(0, slash), Number(key.slice(slash + 1)))
      if (entry) this.#tell(key, entry, bytes > 0)
    }
  }

  onReceipted(report: NewReport): void {
    if (report.name === 'AgentCronDropsReport') this.#options.journal.dropsTold(report.value.batch)
    if (report.name !== 'AttemptEnded') return
    const key = attemptKey(report.value.taskId, report.value.attempt)
    this.#maybeKnown.delete(key)
    if (this.#told.delete(key)) this.feed()
  }

  /** The open attempts that the center may know of, for the hello. */
  openAttempts(): OpenAttempt[] {
    let runs = 0
    const known = this.#options.journal.open().filter(({ cron }) => cron === null || runs++ < maybeKnown)
    return known.map((entry) => ({ taskId: entry.taskId, attempt: entry.attempt, phase: phaseOf(entry) }))
  }

  #wait(key: string, entry: JournalEntry): void {
    const bytes = entry.end ? bytesOf(entry) : 0
    this.#waitingBytes += bytes - (this.#waiting.get(key) ?? 0)
    this.#waiting.set(key, bytes)
  }

  #unwait(key: string): void {
    this.#waitingBytes -= this.#waiting.get(key) ?? 0
    this.#waiting.delete(key)
  }

  /** An end that is not durable yet is told when it is: a restart could run the attempt. */
  #tell(key: string, { taskId, attempt, task, cron, acceptedAt, startingAt, end }: JournalEntry, isEndDurable: boolean): void {
    if (!task || !cron || acceptedAt === null) return
    this.#told.set(key, new Set())
    const { journalId, app, func, param, proxy, processor, timeoutMs } = task
    const run = { taskId, cronId: cron.id, fireAt: cron.fireAt, happenedAt: acceptedAt, journalId, app, func, param, proxy, processor, timeoutMs }
    this.#options.link.report({ name: 'AgentCronRun', value: run })
    if (startingAt !== null && end?.outcome !== 'REJECTED' && !(end?.outcome === 'CANCELLED' && end.killed === null)) {
      this.report({ name: 'AttemptStarted', value: { taskId, attempt, happenedAt: startingAt } })
    }
    if (end && isEndDurable) this.report({ name: 'AttemptEnded', value: end })
    const outcome = this.#options.journal.findProcessing(taskId, attempt)?.outcome
    if (!outcome) return
    const { state, at, calls, error, answer } = outcome
    this.report({ name: 'AttemptProcessing', value: { taskId, attempt, happenedAt: at, state, calls, error, answer } })
  }

  #tellDrops(): void {
    const { journal, link } = this.#options
    for (const drops of journal.drops()) {
      if (this.#toldBatches.has(drops.batch)) continue
      this.#toldBatches.add(drops.batch)
      if (this.#batch === drops.batch) this.#batch = null
      link.report({ name: 'AgentCronDropsReport', value: { journalId: journal.journalId, ...drops } })
    }
  }

  #trim(): void {
    const { journal, keptBytes, logger } = this.#options
    if (this.#waitingBytes <= keptBytes) return
    for (const [key, bytes] of this.#waiting) {
      if (this.#waitingBytes <= keptBytes) return
      if (bytes === 0 || this.#maybeKnown.has(key)) continue
      if (this.#batch === null) {
        this.#batch = Math.max(journal.lastDropsTold, ...journal.drops().map(({ batch }) => batch)) + 1
        logger.error({ keptBytes }, 'the journal keeps no more runs of own crons that the center was not told of: dropping the oldest')
      }
      const slash = key.lastIndexOf('/')
      this.#unwait(key)
      void journal.drop(key.slice(0, slash), Number(key.slice(slash + 1)), this.#batch)
    }
  }
}

/** Rough size in the journal, and in memory. */
function bytesOf({ task, end }: JournalEntry): number {
  return 512 + (inlineText(task?.param ?? null)?.length ?? 0) + outputLength(end?.output ?? null)
}
