import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import { agentNews, lostProcessing } from './lost-processing.ts'
import { postgresOpenProcessings } from './processing-table.ts'

export const lostProcessingWriteFeature = partOf(
  'scheduler',
  ({ store, pool, schema, instanceId, logger, decisions, attemptsTable, agents: { aggregates } }) => {
    const news = agentNews()
    const wakeUp = wakeUpCall()
    const open = postgresOpenProcessings(pool, schema)
    const manager = lostProcessing({ store, decisions, aggregates, open, caughtUp: () => attemptsTable.caughtUp(), news, wakeUp, logger })
    return {
      managers: { lostProcessing: runProcessManager(manager, { pool, owner: instanceId, logger }) },
      observe(events) {
        if (news.observe(events)) wakeUp.call()
      },
    }
  },
)
