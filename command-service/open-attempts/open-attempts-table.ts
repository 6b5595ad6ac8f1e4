import { type DueTable, type DueTableOptions, dueTable } from '@elves/core/eventing/process-managers/due-table.ts'
import { changesAttempt } from './attempt-changes.ts'
import { type AttemptTimes, applyToOpenAttempts, attemptsHandler } from './open-attempts.ts'

/** Keeps the table of open attempts. It tells the deadlines where to look, and a hello what the center has open for an agent. */
export function openAttemptsTable(times: AttemptTimes, options: DueTableOptions): DueTable {
  const { schema } = options
  return dueTable(
    {
      name: attemptsHandler,
      wants: changesAttempt,
      apply: (client, events) => applyToOpenAttempts(client, schema, times, events),
    },
    options,
  )
}
