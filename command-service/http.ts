import { createHash, timingSafeEqual } from 'node:crypto'
import type { CommandApi, TaskAnswer } from '@elves/core/command-api/command-api.ts'
import {
  agentAnswerToWire,
  answerToWire,
  cancelTaskBody,
  commandPaths,
  longestWaitMs,
  removeAgentBody,
  runTasksBody,
  type WireAnswer,
  waitTasksBody,
} from '@elves/core/command-api/wire.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { TaskCommands } from './tasks/task-commands.ts'
import { isEnd } from './tasks/task-history.ts'

export interface CommandRoutesOptions {
  readonly server: FastifyInstance
  readonly commands: TaskCommands & Pick<CommandApi, 'removeAgent'>
  /** The secret that services share; without one there is no door at all. */
  readonly serviceSecret: string
  /** Longest wait for the end of a task in one request; default 30 s. */
  readonly waitMs?: number
}

/** Serves the command API to other services: `POST` of JSON, `Authorization: Bearer <service secret>`. */
export function commandRoutes({ server, commands, serviceSecret, waitMs = longestWaitMs }: CommandRoutesOptions): void {
  if (serviceSecret === '') throw new ElvesError('CONFIG_INVALID', 'ELVES_SERVICE_SECRET is needed where services speak over HTTP')
  server.register(async (routes) => {
    routes.addHook('onRequest', async (request) => checkSecret(request, serviceSecret))

    routes.post(commandPaths.runTasks, async (request) => {
      const { caller, requests } = parsed(runTasksBody, request.body)
      const answers = await commands.runTasks(caller, requests, waitMs)
      return { answers: answers.map((answer, index) => wire(answer, requests[index]?.wait === true)) }
    })

    routes.post(commandPaths.waitTasks, async (request) => {
      const { taskIds } = parsed(waitTasksBody, request.body)
      const answers = await Promise.all(taskIds.map((taskId) => commands.waitForTask(taskId, waitMs)))
      return { answers: answers.map((answer) => wire(answer, true)) }
    })

    routes.post(commandPaths.cancelTask, async (request) => {
      const { caller, request: cancel } = parsed(cancelTaskBody, request.body)
      return { answers: [wire(await commands.cancelTask(caller, cancel), false)] }
    })

    routes.post(commandPaths.removeAgent, async (request) => {
      const { caller, request: removal } = parsed(removeAgentBody, request.body)
      return agentAnswerToWire(await commands.removeAgent(caller, removal))
    })

    routes.post(commandPaths.head, async () => ({ position: await commands.head() }))
  })
}

function wire(answer: TaskAnswer, isWaiting: boolean): WireAnswer {
  return answerToWire(answer, isWaiting && !answer.events.some(({ event }) => isEnd(event.type)))
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body)
  if (success) return data
  const [issue] = error.issues
  throw new ElvesError('BAD_REQUEST', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not well-formed'}`)
}

/** Compared as digests: neither length nor content shows in the time that it takes. */
function checkSecret({ headers }: FastifyRequest, serviceSecret: string): void {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  if (!timingSafeEqual(digest(given), digest(serviceSecret))) throw new ElvesError('UNAUTHENTICATED', 'the service secret is missing or wrong')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
