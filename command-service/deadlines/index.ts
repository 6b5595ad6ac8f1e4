import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { partOf } from '../component-features.ts'
import { deadlines } from './deadlines.ts'

export const deadlinesWriteFeature = partOf(
  'scheduler',
  ({ store, pool, settings, instanceId, logger, decisions, attempts, attemptsTable, links, metrics }) => {
    const manager = deadlines({ store, decisions, attempts, links, metrics, logger, graceMs: settings.deadlineGraceMs }, attemptsTable)
    return { managers: { deadlines: runProcessManager(manager, { pool, owner: instanceId, logger }) } }
  },
)
