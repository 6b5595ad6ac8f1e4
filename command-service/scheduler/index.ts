import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import { postgresPeriods } from './periods-table.ts'
import { scheduler } from './scheduler.ts'
import { waitingSchedules } from './waiting-schedules.ts'

export const schedulerWriteFeature = partOf('cron', ({ store, aggregates, pool, schema, instanceId, logger, attemptsTable, taskRequests }) => {
  const waiting = waitingSchedules()
  const wakeUp = wakeUpCall()
  const manager = scheduler({
    store,
    schedules: aggregates,
    periods: postgresPeriods(pool, schema),
    requests: taskRequests,
    waiting,
    wakeUp,
    caughtUp: () => attemptsTable.caughtUp(),
  })
  return {
    managers: { scheduler: runProcessManager(manager, { pool, owner: instanceId, logger }) },
    observe(events) {
      const isChanged = events.some((event) => scheduleAggregate.isEvent(event))
      if (waiting.observe(events) || isChanged) wakeUp.call()
    },
  }
})
