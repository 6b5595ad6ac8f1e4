import type { DroppedBatch, JournalEntry, ProcessingEntry } from './journal.ts'
import type { JournalRecord } from './record.ts'

/** The state that results from a journal's records. Applying a record again changes nothing. */
export interface JournalState {
  readonly entries: Map<string, JournalEntry>
  /** Ids of attempts whose end has a receipt, each with the instant until which it is kept. */
  readonly settled: Map<string, number>
  /** With so many settled ids, all are checked for those that have expired. */
  sweepAtSize: number
  /** Results on their way to processors, and outcomes of that without a receipt. */
  readonly processing: Map<string, ProcessingEntry>
  /** Ends of the stretches of the host's clock whose instants are over, by their beginnings, in the order of living. */
  readonly lived: Map<number, number>
  /** Batches of dropped runs of own crons that the center was not told of. */
  readonly drops: Map<number, DroppedBatch>
  dropsTold: number
}

/** A stretch ends with the process or with a step of the clock. Older ones than these matter only if the clock is set back that far. */
const stretchesKept = 64
const sweptEvery = 64

export function journalState(): JournalState {
  return { entries: new Map(), settled: new Map(), sweepAtSize: sweptEvery, processing: new Map(), lived: new Map(), drops: new Map(), dropsTold: 0 }
}

export function attemptKey(taskId: string, attempt: number): string {
  return `${taskId}/${attempt}`
}

export function applyRecord(state: JournalState, record: JournalRecord): void {
  switch (record.type) {
    case 'created':
      return
    case 'accepted': {
      const { taskId, attempt, notAfter } = record.task
      const key = attemptKey(taskId, attempt)
      if (state.entries.has(key) || state.settled.has(key)) return
      state.entries.set(key, { taskId, attempt, notAfter, task: record.task, cron: null, acceptedAt: record.at, startingAt: null, end: null })
      return
    }
    case 'starting': {
      const key = attemptKey(record.taskId, record.attempt)
      const entry = state.entries.get(key)
      if (entry && entry.end === null) state.entries.set(key, { ...entry, startingAt: record.at })
      return
    }
    case 'ended': {
      const { end, notAfter, acceptedAt, startingAt } = record
      const key = attemptKey(end.taskId, end.attempt)
      if (state.settled.has(key)) return
      const { task = null, cron = null } = state.entries.get(key) ?? {}
      const kept = cron === null ? null : task
      state.entries.set(key, { taskId: end.taskId, attempt: end.attempt, notAfter, task: kept, cron, acceptedAt, startingAt, end })
      return
    }
    case 'settled': {
      const key = attemptKey(record.taskId, record.attempt)
      state.entries.delete(key)
      state.settled.set(key, record.until)
      return
    }
    case 'result': {
      const { task, end } = record
      const { taskId, attempt } = end
      const key = attemptKey(taskId, attempt)
      if (state.processing.has(key)) return
      state.processing.set(key, { taskId, attempt, result: { task, end }, calls: 0, outcome: null, isUntold: false })
      return
    }
    case 'called': {
      const key = attemptKey(record.taskId, record.attempt)
      const entry = state.processing.get(key)
      if (entry && entry.outcome === null) state.processing.set(key, { ...entry, calls: record.calls })
      return
    }
    case 'processed': {
      const { type: _, taskId, attempt, ...outcome } = record
      state.processing.set(attemptKey(taskId, attempt), { taskId, attempt, result: null, calls: outcome.calls, outcome, isUntold: false })
      return
    }
    case 'told':
      state.processing.delete(attemptKey(record.taskId, record.attempt))
      return
    case 'untold':
      tellNobody(state, attemptKey(record.taskId, record.attempt))
      return
    case 'fired': {
      const { taskId, attempt, notAfter } = record.task
      // A rewritten journal has no stretch for a run whose stretch is no longer kept.
      if (record.since < record.cron.fireAt) live(state, record.since, record.cron.fireAt)
      const key = attemptKey(taskId, attempt)
      if (state.entries.has(key) || state.settled.has(key)) return
      const { task, cron, at } = record
      state.entries.set(key, { taskId, attempt, notAfter, task, cron, acceptedAt: at, startingAt: null, end: null })
      return
    }
    case 'lived':
      live(state, record.since, record.to)
      return
    case 'dropped': {
      const key = attemptKey(record.taskId, record.attempt)
      const cron = state.entries.get(key)?.cron
      if (!cron) return
      state.entries.delete(key)
      tellNobody(state, key)
      const { batch } = record
      const { count = 0, firstFireAt = cron.fireAt, lastFireAt = cron.fireAt } = state.drops.get(batch) ?? {}
      const [first, last] = [Math.min(firstFireAt, cron.fireAt), Math.max(lastFireAt, cron.fireAt)]
      state.drops.set(batch, { batch, count: count + 1, firstFireAt: first, lastFireAt: last })
      return
    }
    case 'drops': {
      const { type: _, ...drops } = record
      state.drops.set(drops.batch, drops)
      return
    }
    case 'dropsTold':
      state.dropsTold = Math.max(state.dropsTold, record.batch)
      for (const batch of state.drops.keys()) if (batch <= record.batch) state.drops.delete(batch)
      return
  }
}

function tellNobody({ processing }: JournalState, key: string): void {
  const entry = processing.get(key)
  if (entry?.outcome) processing.delete(key)
  else if (entry) processing.set(key, { ...entry, isUntold: true })
}

function live({ lived }: JournalState, since: number, to: number): void {
  lived.set(since, Math.max(lived.get(since) ?? since, to))
  for (const oldest of lived.keys()) {
    if (lived.size <= stretchesKept) return
    lived.delete(oldest)
  }
}

/** Returns true if an instant of the host's clock is in a stretch that was lived through. */
export function isLived({ lived }: JournalState, instant: number): boolean {
  for (const [since, to] of lived) if (since <= instant && instant <= to) return true
  return false
}

/**
 * Ids are stored roughly in the order in which they expire, so it checks the oldest ones up to the first that stays. That one may stay
 * for years, if the clock of this host was ahead: so it checks all of them each time that their number has doubled.
 */
export function forgetSettled(state: JournalState, centerNowMs: number): void {
  for (const [key, until] of state.settled) {
    if (until >= centerNowMs) break
    state.settled.delete(key)
  }
  if (state.settled.size < state.sweepAtSize) return
  for (const [key, until] of state.settled) if (until < centerNowMs) state.settled.delete(key)
  state.sweepAtSize = state.settled.size * 2 + sweptEvery
}

/** The fewest records that result in this state. */
export function recordsOfState(state: JournalState): JournalRecord[] {
  const records: JournalRecord[] = []
  for (const [key, until] of state.settled) {
    const slash = key.lastIndexOf('/')
    records.push({ type: 'settled', taskId: key.slice(0, slash), attempt: Number(key.slice(slash + 1)), until })
  }
  for (const [since, to] of state.lived) records.push({ type: 'lived', since, to })
  for (const batch of state.drops.values()) records.push({ type: 'drops', ...batch })
  if (state.dropsTold > 0) records.push({ type: 'dropsTold', batch: state.dropsTold })
  for (const { taskId, attempt, notAfter, task, cron, acceptedAt, startingAt, end } of state.entries.values()) {
    // The stretches are there already.
    if (cron && task && acceptedAt !== null) records.push({ type: 'fired', task, cron, since: sinceOf(state, cron.fireAt), at: acceptedAt })
    if (end) records.push({ type: 'ended', end, notAfter, acceptedAt, startingAt })
    else if (!cron && task && acceptedAt !== null) records.push({ type: 'accepted', task, at: acceptedAt })
    if (!end && startingAt !== null) records.push({ type: 'starting', taskId, attempt, at: startingAt })
  }
  for (const { taskId, attempt, result, calls, outcome, isUntold } of state.processing.values()) {
    if (result) records.push({ type: 'result', ...result })
    if (result && calls > 0) records.push({ type: 'called', taskId, attempt, calls })
    if (isUntold) records.push({ type: 'untold', taskId, attempt })
    if (outcome) records.push({ type: 'processed', taskId, attempt, ...outcome })
  }
  return records
}

/** Returns the beginning of a stretch that has the instant; the instant itself if no stretch has it. */
function sinceOf({ lived }: JournalState, instant: number): number {
  for (const [since, to] of lived) if (since <= instant && instant <= to) return since
  return instant
}
