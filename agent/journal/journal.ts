import type { AttemptEnded, AttemptPhase, RunTask } from '@elves/schemas/generated/types.ts'

/** How an attempt ended, as its report says it. */
export type AttemptEnd = Omit<AttemptEnded, 'reportId'>

/** One attempt as the journal has it. Instants are ms since the epoch on the center's clock. */
export interface JournalEntry {
  readonly taskId: string
  readonly attempt: number
  /** Not to be started later; a copy of the instruction that comes later is refused as expired. */
  readonly notAfter: number
  /** Null once it has ended: what is needed to run it is not needed any more. */
  readonly task: RunTask | null
  /** Null where it was ended without ever being accepted: refused, or cancelled before it came. */
  readonly acceptedAt: number | null
  /** Set before the worker may be spawned: from here on it may have run. */
  readonly startingAt: number | null
  readonly end: AttemptEnd | null
}

/**
 * Port: the agent's durable notes of its attempts. Each change shows in `find` at once; the promise resolves when it
 * is durable, and what gathers meanwhile becomes durable together.
 */
export interface Journal {
  /** Random, made with the journal. */
  readonly journalId: string
  /** Undefined for what it never had and for what it has forgotten. */
  find(taskId: string, attempt: number): JournalEntry | undefined
  /** Whether its end has a receipt and the id is kept only to refuse copies. */
  isSettled(taskId: string, attempt: number): boolean
  /** All that still has something to do or to report, oldest first. */
  open(): readonly JournalEntry[]
  /** Rejects where it could not be written and surely is not in the journal. */
  accept(task: RunTask, at: number): Promise<void>
  /** Rejects where it could not be written and surely is not in the journal. */
  start(taskId: string, attempt: number, at: number): Promise<void>
  /** Never rejects: an end that can not be written now is written later. */
  end(end: AttemptEnd, notAfter: number): Promise<void>
  /** The end is durable at the center: the report is dropped, the id after `notAfter` and a margin. Not synced: lost, it costs a second report. */
  receipt(taskId: string, attempt: number): void
  /** Forgets the ids whose time is over. */
  forget(centerNowMs: number): void
  close(): Promise<void>
}

export function phaseOf(entry: JournalEntry): AttemptPhase {
  if (entry.end) return 'ENDED'
  return entry.startingAt === null ? 'ACCEPTED' : 'STARTING'
}
