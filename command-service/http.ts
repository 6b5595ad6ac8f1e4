import { parsed } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { isEndedCredential } from '@elves/core/command-api/identity.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import {
  answerToWire,
  commandBody,
  identifyBody,
  internalPaths,
  lastUsesBody,
  longestWaitMs,
  noteAuthKeyUseBody,
  personalKeysBody,
  runTasksBody,
  type WireAnswer,
  waitTasksBody,
} from '@elves/core/command-api/wire.ts'
import { waitsForApproval } from '@elves/core/domain/task/approval.ts'
import { isEnd } from '@elves/core/domain/task/state.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CommandHandler } from './command-handlers.ts'
import type { TaskCommands } from './tasks/task-commands.ts'
import type { People } from './users/people.ts'

export interface CommandRoutesOptions {
  readonly server: FastifyInstance
  readonly tasks: Pick<TaskCommands, 'runTasks' | 'waitForTask' | 'head'>
  readonly handlers: readonly CommandHandler[]
  readonly people: Pick<People, 'identify' | 'uses' | 'personalKeys'>
  /** The secret that services share; an empty one is refused. */
  readonly serviceSecret: string
  /** Longest wait for the end of a task in one request; default 30 s. */
  readonly waitMs?: number
}

/** Serves the command API to other services: `POST` of JSON, `Authorization: Bearer <service secret>`. */
export function commandRoutes({ server, tasks, handlers, people, serviceSecret, waitMs = longestWaitMs }: CommandRoutesOptions): void {
  if (serviceSecret === '') throw new ElvesError('CONFIG_INVALID', 'ELVES_SERVICE_SECRET is needed where services speak over HTTP')
  server.register(async (routes) => {
    routes.addHook('onRequest', async (request) => checkSecret(request, serviceSecret))

    routes.post(runTask.path, async (request) => {
      const { caller, requests } = parsed(runTasksBody, request.body)
      const answers = await tasks.runTasks(caller, requests, waitMs)
      return { answers: answers.map((answer, index) => wire(answer, requests[index]?.wait ?? true)) }
    })

    routes.post(internalPaths.waitTasks, async (request) => {
      const { taskIds } = parsed(waitTasksBody, request.body)
      const answers = await Promise.all(taskIds.map((taskId) => tasks.waitForTask(taskId, waitMs)))
      return { answers: answers.map((answer) => wire(answer, true)) }
    })

    routes.post(internalPaths.identify, async ({ body }) => {
      const { hash, isUse } = parsed(identifyBody, body)
      const found = await people.identify(hash, isUse)
      return isEndedCredential(found) ? { identity: null, ended: found } : { identity: found }
    })

    routes.post(internalPaths.lastUses, async ({ body }) => ({ uses: Object.fromEntries(await people.uses.of(parsed(lastUsesBody, body).ids)) }))

    routes.post(internalPaths.personalKeys, async ({ body }) => ({
      keys: Object.fromEntries(await people.personalKeys(parsed(personalKeysBody, body).userIds)),
    }))

    routes.post(internalPaths.noteAuthKeyUse, async ({ body }) => {
      await people.uses.noteAuthKey(parsed(noteAuthKeyUseBody, body).id, Date.now())
      return {}
    })

    routes.post(internalPaths.head, async () => ({ position: await tasks.head() }))

    for (const { command, handle } of handlers) {
      // runTask has its own route above, which takes many tasks and waits for their ends.
      if (command.path === runTask.path) continue
      routes.post(command.path, async ({ body }) => {
        const { caller, request } = parsed(commandBody(command), body)
        return { answers: [answerToWire(command.subject, await handle(caller, request))] }
      })
    }
  })
}

function wire(answer: TaskAnswer, isWaiting: boolean): WireAnswer {
  return answerToWire('task', answer, isWaiting && !answer.events.some(({ event }) => isEnd(event.type)) && !waitsForApproval(answer.events))
}

function checkSecret({ headers }: FastifyRequest, serviceSecret: string): void {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  if (!isSameSecret(given, serviceSecret)) throw new ElvesError('UNAUTHENTICATED', 'the service secret is missing or wrong')
}
