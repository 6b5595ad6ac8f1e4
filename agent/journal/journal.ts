import type { AttemptEnded, AttemptPhase, RunTask } from '@elves/schemas/generated/types.ts'

/** How an attempt ended, as in its report. */
export type AttemptEnd = Omit<AttemptEnded, 'reportId'>

/** The cron of the agent's own that an attempt is a run of. */
export interface FiredCron {
  readonly id: string
  /** The instant of its rule; ms since the epoch on the host's clock. */
  readonly fireAt: number
}

/** A run of an own cron, and since when this process has dealt with all instants of the host's clock. */
export interface CronRun extends FiredCron {
  readonly since: number
}

/** Runs of own crons that were dropped before the center was told of them. */
export interface DroppedBatch {
  /** Counted from 1. */
  readonly batch: number
  readonly count: number
  readonly firstFireAt: number
  readonly lastFireAt: number
}

/** The journal's entry for one attempt. Instants are ms since the epoch on the center's clock. */
export interface JournalEntry {
  readonly taskId: string
  readonly attempt: number
  /** The attempt must not start after this. A copy of the instruction that comes later is refused as expired. */
  readonly notAfter: number
  /** Null after the attempt has ended, because it will not run again. A run of an own cron keeps it until the center has it. */
  readonly task: RunTask | null
  /** Null if the center asked for the attempt. */
  readonly cron: FiredCron | null
  /** Null if the attempt ended without being accepted: it was refused, or cancelled before its instruction came. */
  readonly acceptedAt: number | null
  /** Set before the worker may be spawned; from then on the worker may have run. */
  readonly startingAt: number | null
  readonly end: AttemptEnd | null
}

/** What becomes of the result of an ended attempt in mode P, noted with its end. */
export type NewProcessing =
  /** It goes to the app's processor. */
  | { readonly task: RunTask }
  /** It does not, for this reason. */
  | { readonly refusal: string }

/** How the handing on of a result ended. */
export interface ProcessingOutcome {
  readonly state: 'DELIVERED' | 'FAILED'
  readonly at: number
  /** Calls of the processor. */
  readonly calls: number
  /** Set if it failed. */
  readonly error: string | null
  /** Set if it was delivered. */
  readonly answer: string | null
}

/** A result that has to go to the app's processor, or whose outcome the center does not have yet. */
export interface ProcessingEntry {
  readonly taskId: string
  readonly attempt: number
  /** Null after the outcome. */
  readonly result: { readonly task: RunTask; readonly end: AttemptEnd } | null
  /** Calls of the processor so far. */
  readonly calls: number
  readonly outcome: ProcessingOutcome | null
  /** True if the center is not to be told: it does not know the run, which was dropped. */
  readonly isUntold: boolean
}

/**
 * Port: the agent's durable notes about its attempts. `find` shows each change at once; the promise resolves when the
 * change is durable. Changes that gather meanwhile become durable together.
 */
export interface Journal {
  /** A random id, made with the journal. */
  readonly journalId: string
  /** Returns undefined for an attempt that the journal never had or has forgotten. */
  find(taskId: string, attempt: number): JournalEntry | undefined
  /** Returns true if the attempt's end has a receipt, and its id is kept only to refuse copies of the instruction. */
  isSettled(taskId: string, attempt: number): boolean
  /** All attempts that still have to run or to be reported, oldest first. */
  open(): readonly JournalEntry[]
  /** Rejects if the record could not be written and surely is not in the journal. */
  accept(task: RunTask, at: number): Promise<void>
  /** Rejects if the record could not be written and surely is not in the journal. */
  start(taskId: string, attempt: number, at: number): Promise<void>
  /**
   * Accepts a run of an own cron. `since`: when the stretch of the host's clock began in which this process has dealt with all
   * instants. Rejects like `accept`.
   */
  fire(task: RunTask, cron: FiredCron, since: number, at: number): Promise<void>
  /** Returns true if an instant of the host's clock is in a stretch that was dealt with: no cron fires at it again. */
  hasLived(instant: number): boolean
  /** Gives a run of an own cron up, and counts it in this batch. Its result still goes to a processor, and nobody is told. Never rejects. */
  drop(taskId: string, attempt: number, batch: number): Promise<void>
  /** The batches of dropped runs that the center was not told of, oldest first. */
  drops(): readonly DroppedBatch[]
  /** Number of the last batch that the center was told of; 0: none. */
  readonly lastDropsTold: number
  /** The center knows of this batch, and of all before it. */
  dropsTold(batch: number): void
  /** Never rejects: an end that can't be written now is written later. What becomes of the result is in the journal with it, or neither is. */
  end(end: AttemptEnd, notAfter: number, processing?: NewProcessing | null): Promise<void>
  /**
   * The end is durable at the center: the journal drops the report now, and the id after `notAfter` and a margin. The
   * record causes no sync; if it is lost, the end is reported a second time.
   */
  receipt(taskId: string, attempt: number): void
  findProcessing(taskId: string, attempt: number): ProcessingEntry | undefined
  /** All results that have to go to processors, and all outcomes that have no receipt; oldest first. */
  processing(): readonly ProcessingEntry[]
  /** A call of the processor failed. The record causes no sync; if it is lost, the pauses between the calls begin anew. */
  called(taskId: string, attempt: number, calls: number): void
  /** Never rejects: an outcome that can't be written now is written later. */
  processed(taskId: string, attempt: number, outcome: ProcessingOutcome): Promise<void>
  /** The outcome is durable at the center. The record causes no sync; if it is lost, the outcome is reported a second time. */
  processingReceipt(taskId: string, attempt: number): void
  /** Forgets the settled ids that need not be kept any more. */
  forget(centerNowMs: number): void
  close(): Promise<void>
}

export function phaseOf(entry: JournalEntry): AttemptPhase {
  if (entry.end) return 'ENDED'
  return entry.startingAt === null ? 'ACCEPTED' : 'STARTING'
}
