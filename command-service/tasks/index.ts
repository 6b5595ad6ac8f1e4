import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { cancelTasks } from '@elves/core/command-api/cancel-tasks.ts'
import { runOneTask, runTask } from '@elves/core/command-api/run-task.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { cancellation } from './cancel-tasks.ts'

/**
 * Runs and cancels tasks. Running many in one call, and waiting for their ends, is the platform's core call and not something that
 * every command has, so `CommandApi` and the internal HTTP have it beside the commands.
 */
export const tasksWriteFeature: WriteFeature = ({ store, taskCommands, taskRequests, decisions, openTasks }) => ({
  commands: [
    handles(runTask, (caller, request) => runOneTask(taskCommands, caller, request)),
    handles(cancelTask, (caller, request) => taskCommands.cancelTask(caller, request)),
    handles(cancelTasks, cancellation(store, taskRequests)),
  ],
  close: () => taskCommands.close(),
  settled: () => decisions.settled(),
  release: () => openTasks.close(),
})
