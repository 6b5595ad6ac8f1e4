import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import type { WriteFeature } from '../feature.ts'
import { postgresPeriods } from './periods-table.ts'
import { scheduler } from './scheduler.ts'
import { waitingSchedules } from './waiting-schedules.ts'

/** Schedules whose state is in memory: those of which something was recorded lately. */
const cacheSize = 10_000
const cacheBytes = 32 * 1024 * 1024

export const schedulerWriteFeature: WriteFeature = ({ store, pool, schema, instanceId, logger, attemptsTable, taskRequests }) => {
  const schedules = openAggregates({ store, cacheSize, cacheBytes })
  const waiting = waitingSchedules()
  const wakeUp = wakeUpCall()
  const manager = scheduler({
    store,
    schedules,
    periods: postgresPeriods(pool, schema),
    requests: taskRequests,
    waiting,
    wakeUp,
    caughtUp: () => attemptsTable.caughtUp(),
  })
  return {
    managers: { scheduler: runProcessManager(manager, { pool, owner: instanceId, logger }) },
    observe(events) {
      for (const event of events) schedules.observe(event)
      const isChanged = events.some((event) => scheduleAggregate.isEvent(event))
      if (waiting.observe(events) || isChanged) wakeUp.call()
    },
  }
}
