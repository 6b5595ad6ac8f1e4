import type { Caller } from '@elves/core/command-api/command-api.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { itemsOf } from '@elves/core/foundation/json-text.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticator } from '../authentication.ts'
import { type GraphqlServices, RequestContext } from './context.ts'
import { answeredErrors } from './errors.ts'
import type { Answer, Executor } from './executor.ts'
import { jsonOf } from './json-text/json-text.ts'
import { tooComplex } from './limits/document-limits.ts'
import { type Budget, newBudget, type QueryLimits } from './limits/limits.ts'
import { operationOf, parseSource, type SourceJson } from './operations.ts'

export interface HttpDoorOptions {
  readonly authenticator: Authenticator
  readonly services: GraphqlServices
  readonly execute: Executor
  readonly limits: QueryLimits
}

/**
 * POST /graphql, JSON only: a web page can't send that to another origin without asking first. An answer that got as
 * far as GraphQL is HTTP 200 and carries its errors inside.
 */
export function httpDoor(scope: FastifyInstance, { authenticator, services, execute, limits }: HttpDoorOptions): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) => parseSource(body))
  scope.setErrorHandler((thrown, request, reply) => refuse(thrown, request, reply, services))

  async function answer(body: SourceJson, caller: Caller, budget: Budget): Promise<Answer> {
    try {
      return await execute(new RequestContext(caller, services, operationOf(body), budget))
    } catch (thrown) {
      return { errors: answeredErrors(thrown, caller.correlationId, services.logger) }
    }
  }

  scope.post('/graphql', async (request, reply) => {
    const caller = await callerOf(request, authenticator)
    const body = (request.body as SourceJson | undefined) ?? { value: undefined, text: '' }
    const budget = newBudget(limits)
    reply.type('application/json; charset=utf-8')
    const { value, text } = body
    if (!Array.isArray(value)) return jsonOf(await answer(body, caller, budget))
    if (value.length > limits.maxBatch) throw tooComplex(`a batch has at most ${limits.maxBatch} operations`)
    const batch = itemsOf(text).map(({ start, end }, index) => ({ value: value[index] as unknown, text: text.slice(start, end) }))
    return jsonOf(await Promise.all(batch.map((one) => answer(one, caller, budget))))
  })
}

/** Who asks, and under which correlation id; a `traceparent` goes along to the events. */
export async function callerOf(request: FastifyRequest, authenticator: Authenticator): Promise<Caller> {
  const actor = await authenticator.authenticate(request.raw)
  return { actor, correlationId: request.id, metadata: metadataOf(request) }
}

export function metadataOf({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  const { traceparent } = headers
  return typeof traceparent === 'string' && traceparent.length <= 128 ? { traceparent } : {}
}

/** What did not get as far as GraphQL: bad JSON, another content type, too large, not authenticated. */
export function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply, { logger }: GraphqlServices): FastifyReply {
  const { statusCode, message } = thrown as { statusCode?: number; message?: string }
  const isCallers = !(thrown instanceof ElvesError) && statusCode !== undefined && statusCode >= 400 && statusCode < 500
  const error = isCallers ? new ElvesError('BAD_REQUEST', message ?? 'bad request') : thrown
  const status = isCallers ? statusCode : error instanceof ElvesError ? httpStatus(error.code) : 500
  return reply.status(status).send({ errors: answeredErrors(error, request.id, logger) })
}
