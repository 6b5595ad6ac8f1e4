import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { LimitsState, limitEventTypes, limitPrefixes } from '@elves/core/limits/limits-state.ts'
import { readKeptEvents } from '../access/access-events-table.ts'
import type { Denials } from '../access/denials.ts'
import { KnownFold } from '../access/known-fold.ts'
import { TaskLimits } from '../task-limits/task-limits.ts'
import { readOpenTaskIds, readRates } from '../task-limits/task-rates.ts'
import type { WriteSide } from '../write-side.ts'

/** Streams that one query reads. */
const readAtOnce = 250

/** The limits of a process that takes commands, kept up to date by its log. */
export function limitsOfSide(side: WriteSide, denials: Denials): TaskLimits {
  const { store, pool, schema, attemptsTable } = side
  const known = new KnownFold({
    readEvents: () => readKeptEvents(side, limitPrefixes),
    isOwn: (type) => limitEventTypes.includes(type),
    initial: () => new LimitsState(),
  })
  const limits = new TaskLimits({
    known,
    denials,
    async begin() {
      await attemptsTable.caughtUp()
      const { rows: rates, upTo } = await readRates(pool, schema, Date.now())
      const open: (readonly RecordedEvent[])[] = []
      for (const ids of chunks(await readOpenTaskIds(pool, schema), readAtOnce)) open.push(...(await store.readStreams(ids.map(taskStream))))
      return { open, rates, upTo }
    },
  })
  side.onEvents((events) => limits.observe(events))
  side.onTasksWritten((events) => limits.written(events))
  return limits
}
