import { checkFence } from '@elves/core/eventing/leases/lease.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import { allowedFires } from './allowed-fires.ts'
import { changedSchedules } from './changed-schedules.ts'
import { postgresPeriods } from './periods-table.ts'
import { scheduler } from './scheduler.ts'
import { waitingSchedules } from './waiting-schedules.ts'

export const schedulerWriteFeature = partOf(
  'cron',
  ({ store, aggregates, pool, schema, instanceId, logger, attemptsTable, taskRequests, access }) => {
    const waiting = waitingSchedules()
    const changed = changedSchedules()
    const wakeUp = wakeUpCall()
    const manager = scheduler({
      store,
      schedules: aggregates,
      periods: postgresPeriods(pool, schema),
      requests: taskRequests,
      allowed: allowedFires({ store, access }),
      waiting,
      changed,
      wakeUp,
      checkOwner: ({ name, token }) => inTransaction(pool, (client) => checkFence(client, name, token)),
      caughtUp: () => attemptsTable.caughtUp(),
    })
    return {
      managers: { scheduler: runProcessManager(manager, { pool, owner: instanceId, logger }) },
      observe(events) {
        const isChanged = changed.observe(events)
        if (waiting.observe(events) || isChanged) wakeUp.call()
      },
    }
  },
)
