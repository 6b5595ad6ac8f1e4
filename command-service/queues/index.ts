import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { handles } from '../command-handlers.ts'
import { commandsOf } from '../component-features.ts'
import { QueueAdders } from './queue-adders.ts'
import { queueCommands } from './queue-commands.ts'

export const queuesWriteFeature = commandsOf('queue', ({ store, aggregates, agents, taskRequests, access }) => {
  const commands = queueCommands({
    store,
    queues: aggregates,
    agents: agents.directory,
    requests: taskRequests,
    adders: new QueueAdders({ store, access }),
  })
  return {
    commands: [
      handles(createQueue, commands.create),
      handles(addQueueTasks, commands.add),
      handles(commitQueue, commands.commit),
      handles(stopQueue, commands.stop),
    ],
  }
})
