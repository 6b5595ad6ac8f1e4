import { type DueTable, type DueTableDefinition, type DueTableOptions, dueTable } from '@elves/core/eventing/process-managers/due-table.ts'
import { changesAttempt } from './attempt-changes.ts'
import { type AttemptTimes, applyToOpenAttempts, attemptsHandler } from './open-attempts.ts'

/** Another table that is fed in the same pass: a table of its own would read and decode the whole log once more. */
export type FedBeside = Pick<DueTableDefinition, 'wants' | 'apply'>

/** Keeps the table of open attempts. It tells the deadlines where to look, and a hello what the center has open for an agent. */
export function openAttemptsTable(times: AttemptTimes, options: DueTableOptions, beside: readonly FedBeside[] = []): DueTable {
  const { schema } = options
  return dueTable(
    {
      name: attemptsHandler,
      wants: (event) => changesAttempt(event) || beside.some((one) => one.wants(event)),
      async apply(client, events) {
        await applyToOpenAttempts(client, schema, times, events)
        for (const one of beside) await one.apply(client, events)
      },
    },
    options,
  )
}
