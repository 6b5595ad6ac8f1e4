import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import type { Component } from '@elves/core/foundation/components.ts'
import type { CommandHandler } from './command-handlers.ts'
import type { WriteFeature } from './feature.ts'
import type { TaskCommands } from './tasks/task-commands.ts'

/** A feature that only a process which runs the component has: its process managers run there. */
export function partOf(component: Component, feature: WriteFeature): WriteFeature {
  return (side) => (side.components.runsHere(component) ? feature(side) : {})
}

/** A feature whose commands every command-service takes, and refuses where the component is off in the platform. */
export function commandsOf(component: Component, feature: WriteFeature): WriteFeature {
  return (side) => {
    const parts = feature(side)
    if (side.components.isOn(component)) return parts
    return { commands: (parts.commands ?? []).map(({ command }) => refusing(command, component)) }
  }
}

/** Without the scheduler nothing is dispatched, so no task is taken. What is open can be cancelled, and its reports are recorded. */
export function withoutDispatch(tasks: TaskCommands): TaskCommands {
  return { ...tasks, runTasks: async (_caller, inputs) => inputs.map(() => switchedOff('task', 'scheduler')) }
}

function refusing(command: CommandHandler['command'], component: Component): CommandHandler {
  return { command, handle: async () => switchedOff(command.subject, component) }
}

function switchedOff<Subject extends string>(subject: Subject, component: Component): CommandAnswer<Subject> {
  const refusal = { code: 'COMPONENT_OFF', message: `the component ${component} is switched off`, field: null }
  return { [`${subject}Id`]: null, events: [], position: null, refusal } as unknown as CommandAnswer<Subject>
}
