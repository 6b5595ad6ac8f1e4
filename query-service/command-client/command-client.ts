import { randomUUID } from 'node:crypto'
import type { CommandApi, TaskAnswer } from '@elves/core/command-api/command-api.ts'
import {
  agentAnswerBody,
  agentAnswerFromWire,
  answerFromWire,
  answersBody,
  commandPaths,
  headBody,
  type WireAnswer,
} from '@elves/core/command-api/wire.ts'
import { CommandInstances, type CommandInstancesOptions, misunderstood } from './command-instances.ts'

/** A query that wants the head is answered without it rather than late. */
const headRounds = 2

/**
 * The command API over HTTP, of one or several instances. A call that got no answer is made again, on another instance
 * where there is one: requests without an idempotency key are given one here, so that no try does a thing twice. Long
 * waits are many short requests, so that each may go to another instance.
 */
export function commandClient(options: CommandInstancesOptions): CommandApi {
  const instances = new CommandInstances(options)

  async function answers(path: string, correlationId: string, body: object): Promise<readonly WireAnswer[]> {
    return (await instances.ask({ path, correlationId, body, answer: answersBody })).answers
  }

  const runTasks: CommandApi['runTasks'] = async (caller, requests) => {
    const { correlationId } = caller
    const keyed = requests.map((request) => ({ ...request, idempotencyKey: request.idempotencyKey ?? randomUUID() }))
    const given = [...(await answers(commandPaths.runTasks, correlationId, { caller, requests: keyed }))]
    if (given.length !== requests.length) throw misunderstood('another number of answers than requests')
    for (let pending = pendingIn(given); pending.length > 0; pending = pendingIn(given)) {
      const taskIds = pending.map(([, taskId]) => taskId)
      const later = await answers(commandPaths.waitTasks, correlationId, { taskIds })
      for (const [nth, [index]] of pending.entries()) given[index] = later[nth] ?? (given[index] as WireAnswer)
    }
    return given.map(answerFromWire)
  }

  return {
    runTasks,
    async runTask(caller, request) {
      const [answer] = await runTasks(caller, [request])
      return answer as TaskAnswer
    },
    async cancelTask(caller, request) {
      const keyed = { ...request, idempotencyKey: request.idempotencyKey ?? randomUUID() }
      const [answer] = await answers(commandPaths.cancelTask, caller.correlationId, { caller, request: keyed })
      if (!answer) throw misunderstood('no answer')
      return answerFromWire(answer)
    },
    async removeAgent(caller, request) {
      const keyed = { ...request, idempotencyKey: request.idempotencyKey ?? randomUUID() }
      const { correlationId } = caller
      const body = { caller, request: keyed }
      return agentAnswerFromWire(await instances.ask({ path: commandPaths.removeAgent, correlationId, body, answer: agentAnswerBody }))
    },
    async head() {
      return (await instances.ask({ path: commandPaths.head, body: {}, answer: headBody, rounds: headRounds })).position
    },
  }
}

/** Where in the answers they stand, and their task ids. */
function pendingIn(answers: readonly WireAnswer[]): [number, string][] {
  return answers.flatMap((answer, index): [number, string][] => (answer.isPending && answer.taskId !== null ? [[index, answer.taskId]] : []))
}
