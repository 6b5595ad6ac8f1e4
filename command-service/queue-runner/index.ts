import { isEnd } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import { queueRunner } from './queue-runner.ts'
import { postgresQueueTasks } from './queue-tasks-table.ts'

export const queueRunnerWriteFeature = partOf('queue', ({ aggregates, pool, schema, instanceId, logger, attemptsTable, taskRequests }) => {
  const wakeUp = wakeUpCall()
  let areRunning = false
  const manager = queueRunner({
    queues: aggregates,
    tasks: postgresQueueTasks(pool, schema),
    requests: taskRequests,
    wakeUp,
    caughtUp: () => attemptsTable.caughtUp(),
    running: (are) => {
      areRunning = are
    },
  })
  const concerns = ({ event }: RecordedEvent) =>
    event.type === 'QueueCommitted' || event.type === 'QueueStopRequested' || (areRunning && isEnd(event.type))
  return {
    managers: { queueRunner: runProcessManager(manager, { pool, owner: instanceId, logger }) },
    observe(events) {
      if (events.some(concerns)) wakeUp.call()
    },
  }
})
