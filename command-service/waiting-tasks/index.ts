import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import { waitingAgents } from './waiting-agents.ts'
import { waitingTasks } from './waiting-tasks.ts'
import { postgresWaitingTasks } from './waiting-tasks-table.ts'

export const waitingTasksWriteFeature = partOf('scheduler', (side) => {
  const { store, pool, schema, settings, instanceId, logger, decisions, attemptsTable, openTasks, links, agents, appGate, limits } = side
  const { startAllowanceMs, deadlineGraceMs } = settings
  const news = waitingAgents()
  const wakeUp = wakeUpCall()
  limits.onTurns((taskIds) => {
    news.turns(taskIds)
    wakeUp.call()
  })
  const manager = waitingTasks({
    store,
    decisions,
    aggregates: agents.aggregates,
    waiting: postgresWaitingTasks(pool, schema),
    caughtUp: () => attemptsTable.caughtUp(),
    news,
    wakeUp,
    openTasks,
    links,
    appGate,
    limits,
    startAllowanceMs,
    deadlineGraceMs,
    graceMs: deadlineGraceMs,
  })
  return {
    managers: { waitingTasks: runProcessManager(manager, { pool, owner: instanceId, logger }) },
    observe(events) {
      if (news.observe(events)) wakeUp.call()
    },
  }
})
