import type { AnyCommand, Refusal } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { codes, type RefusalCode } from '@elves/core/foundation/codes.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { labelledCounter } from '@elves/core/foundation/metrics.ts'
import { answeredCodes } from '@elves/core/http/http-status.ts'
import type { Registry } from 'prom-client'

const refusals = (Object.keys(codes) as RefusalCode[]).filter((code) => codes[code].kind === 'refusal')

/** Each task of `runTasks` counts as one `runTask`. */
function labelOf({ name }: AnyCommand): string {
  return name === runTask.name ? 'runTask' : name
}

interface Answered {
  readonly refusal: Refusal | null
}

/**
 * Wraps the command API and counts each command by its answer. GraphQL metrics do not show refusals, because an answer
 * with a refusal has no errors.
 */
export function countedCommands(commands: CommandApi, asked: readonly AnyCommand[], registry: Registry): CommandApi {
  const counter = labelledCounter(registry, {
    name: 'elves_commands_total',
    help: 'Commands of clients by what they were answered with; each task of runTasks is one.',
    labels: { command: asked.map(labelOf), code: ['OK', ...refusals, ...answeredCodes] },
  })

  async function counted<Answer extends Answered>(command: string, count: number, answering: Promise<readonly Answer[]>): Promise<readonly Answer[]> {
    try {
      const answers = await answering
      for (const { refusal } of answers) counter.inc({ command, code: refusal?.code ?? 'OK' })
      return answers
    } catch (error) {
      counter.inc({ command, code: asElvesError(error).code }, count)
      throw error
    }
  }

  async function one<Answer extends Answered>(command: string, answering: Promise<Answer>): Promise<Answer> {
    const list = answering.then((answer) => [answer])
    return (await counted(command, 1, list))[0] as Answer
  }

  return {
    runTasks: (caller, requests) => counted(labelOf(runTask), requests.length, commands.runTasks(caller, requests)),
    call: (command, caller, request) => one(labelOf(command), commands.call(command, caller, request)),
    head: () => commands.head(),
  }
}
