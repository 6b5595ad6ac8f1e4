import type { Journal } from './journal.ts'
import { applyRecord, attemptKey, forgetSettled, journalState } from './journal-state.ts'

/** A journal that is gone with its process: for tests and simulated agents. */
export function memoryJournal({ journalId, taskMarginMs }: { journalId: string; taskMarginMs: number }): Journal {
  const state = journalState()
  const find: Journal['find'] = (taskId, attempt) => state.entries.get(attemptKey(taskId, attempt))
  return {
    journalId,
    find,
    isSettled: (taskId, attempt) => state.settled.has(attemptKey(taskId, attempt)),
    open: () => [...state.entries.values()],
    accept: async (task, at) => applyRecord(state, { type: 'accepted', task, at }),
    start: async (taskId, attempt, at) => applyRecord(state, { type: 'starting', taskId, attempt, at }),
    async end(end, notAfter) {
      const { acceptedAt = null, startingAt = null } = find(end.taskId, end.attempt) ?? {}
      applyRecord(state, { type: 'ended', end, notAfter, acceptedAt, startingAt })
    },
    receipt(taskId, attempt) {
      const entry = find(taskId, attempt)
      if (entry?.end) applyRecord(state, { type: 'settled', taskId, attempt, until: entry.notAfter + taskMarginMs })
    },
    forget: (centerNowMs) => forgetSettled(state, centerNowMs),
    close: async () => {},
  }
}
