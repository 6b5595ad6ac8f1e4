import type { JournalEntry, ProcessingEntry } from './journal.ts'
import type { JournalRecord } from './record.ts'

/** The state that results from a journal's records. Applying a record again changes nothing. */
export interface JournalState {
  readonly entries: Map<string, JournalEntry>
  /** Ids of attempts whose end has a receipt, each with the instant until which it is kept. */
  readonly settled: Map<string, number>
  /** Results on their way to processors, and outcomes of that without a receipt. */
  readonly processing: Map<string, ProcessingEntry>
}

export function journalState(): JournalState {
  return { entries: new Map(), settled: new Map(), processing: new Map() }
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
      state.entries.set(key, { taskId, attempt, notAfter, task: record.task, acceptedAt: record.at, startingAt: null, end: null })
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
      state.entries.set(key, { taskId: end.taskId, attempt: end.attempt, notAfter, task: null, acceptedAt, startingAt, end })
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
      if (!state.processing.has(key)) state.processing.set(key, { taskId, attempt, result: { task, end }, calls: 0, outcome: null })
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
      state.processing.set(attemptKey(taskId, attempt), { taskId, attempt, result: null, calls: outcome.calls, outcome })
      return
    }
    case 'told':
      state.processing.delete(attemptKey(record.taskId, record.attempt))
  }
}

/** Ids are stored roughly in the order in which they expire, so it checks only the oldest ones and stops at the first that stays. */
export function forgetSettled(state: JournalState, centerNowMs: number): void {
  for (const [key, until] of state.settled) {
    if (until >= centerNowMs) return
    state.settled.delete(key)
  }
}

/** The fewest records that result in this state. */
export function recordsOfState(state: JournalState): JournalRecord[] {
  const records: JournalRecord[] = []
  for (const [key, until] of state.settled) {
    const slash = key.lastIndexOf('/')
    records.push({ type: 'settled', taskId: key.slice(0, slash), attempt: Number(key.slice(slash + 1)), until })
  }
  for (const { taskId, attempt, notAfter, task, acceptedAt, startingAt, end } of state.entries.values()) {
    if (end) records.push({ type: 'ended', end, notAfter, acceptedAt, startingAt })
    else if (task && acceptedAt !== null) records.push({ type: 'accepted', task, at: acceptedAt })
    if (!end && startingAt !== null) records.push({ type: 'starting', taskId, attempt, at: startingAt })
  }
  for (const { taskId, attempt, result, calls, outcome } of state.processing.values()) {
    if (result) records.push({ type: 'result', ...result })
    if (result && calls > 0) records.push({ type: 'called', taskId, attempt, calls })
    if (outcome) records.push({ type: 'processed', taskId, attempt, ...outcome })
  }
  return records
}
