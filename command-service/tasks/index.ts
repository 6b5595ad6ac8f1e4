import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

/**
 * Running and cancelling tasks. That many are run in one call, and that their end is waited for, is the platform's core call
 * and no matter of every command: `CommandApi` and the internal HTTP have it beside the commands.
 */
export const tasksWriteFeature: WriteFeature = ({ taskCommands, decisions, openTasks }) => ({
  commands: [
    handles(runTask, (caller, request) => taskCommands.runTask(caller, request)),
    handles(cancelTask, (caller, request) => taskCommands.cancelTask(caller, request)),
  ],
  close: () => taskCommands.close(),
  settled: () => decisions.settled(),
  release: () => openTasks.close(),
})
