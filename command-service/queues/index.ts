import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { queueCommands } from './queue-commands.ts'

const cacheSize = 10_000
/** A queue of 100 000 tasks with keys is about 55 MB. */
const cacheBytes = 128 * 1024 * 1024

export const queuesWriteFeature: WriteFeature = ({ store, agents, taskRequests }) => {
  const queues = openAggregates({ store, cacheSize, cacheBytes })
  const commands = queueCommands({ store, queues, agents: agents.directory, requests: taskRequests })
  return {
    commands: [
      handles(createQueue, commands.create),
      handles(addQueueTasks, commands.add),
      handles(commitQueue, commands.commit),
      handles(stopQueue, commands.stop),
    ],
    // What another instance of command-service writes changes what this one has in memory.
    observe(events) {
      for (const event of events) queues.observe(event)
    },
  }
}
