import { shownTo } from '@elves/core/access/sentences.ts'
import { type Caller, type CommandAnswer, type InputOf, requestOf } from '@elves/core/command-api/command.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { refusedAs } from '../command-answers.ts'
import type { CommandHandler } from '../command-handlers.ts'
import type { TaskCommands } from '../tasks/task-commands.ts'
import { refusalOf } from '../tasks/task-refusals.ts'
import type { AccessRules } from './access-rules.ts'

/** Refuses what the sender may not ask for, before the handler. Tasks are checked where all of them pass: {@link checkedTasks}. */
export function checkedHandlers(handlers: readonly CommandHandler[], access: AccessRules): readonly CommandHandler[] {
  return handlers.map(({ command, handle }) => {
    if (command.name === runTask.name) return { command, handle }
    return {
      command,
      handle: async (caller: Caller, request: unknown) => {
        const no = await access.refusalOf(caller, command, request)
        return named(caller, no ? refusedAs(command.subject)(no) : await handle(caller, request))
      },
    }
  })
}

/** Checks each task by itself; those that the sender may run are decided together. */
export function checkedTasks(tasks: TaskCommands, access: AccessRules): TaskCommands {
  return {
    ...tasks,
    async runTasks(caller, inputs, waitMs) {
      if (!(await access.subjectOf(caller))) return (await tasks.runTasks(caller, inputs, waitMs)).map((answer) => named(caller, answer))
      // Together: the streams of their agents are then read together.
      const refusals = await Promise.all(
        inputs.map((input) => access.refusalOf(caller, runTask, requestOf(runTask, input as InputOf<typeof runTask>))),
      )
      const allowed = inputs.filter((_, index) => !refusals[index])
      const answers = [...(allowed.length === 0 ? [] : await tasks.runTasks(caller, allowed, waitMs))]
      const all = refusals.map((no) => (no ? refusalOf(no) : (answers.shift() as Awaited<ReturnType<TaskCommands['runTasks']>>[number])))
      return all.map((answer) => named(caller, answer))
    },
  }
}

/** Refusals name their sender by id, as the events of denials do; the sender reads the name. */
function named<Answer extends CommandAnswer<string>>({ actor }: Caller, answer: Answer): Answer {
  if (!answer.refusal) return answer
  return { ...answer, refusal: { ...answer.refusal, message: shownTo(actor, answer.refusal.message) } }
}
