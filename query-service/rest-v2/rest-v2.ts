import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { refusedAnswer, restRefusal } from './answers.ts'
import type { AuthKeys } from './auth-keys.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { restMetrics } from './rest-metrics.ts'
import { type RestCaller, rtExec } from './rt-exec.ts'
import { checkSignature } from './signature.ts'

export interface RestV2Options {
  readonly commandApi: CommandApi
  readonly authKeys: AuthKeys
  /** ms since the epoch, for the ±180 s of a timestamp. */
  readonly now: () => number
  readonly registry: Registry
}

type Endpoint = (commandApi: CommandApi, caller: RestCaller, parameters: Parameters) => Promise<string>

const endpoints: { readonly [path: string]: Endpoint } = {
  '/api/v2/rt/exec': rtExec,
}

/** A parameter has at most 64 KiB; percent-encoding triples it at worst. */
const bodyLimitBytes = 512 * 1024

/**
 * REST v2, as contracts/elves-v2-rest.md says: every answer is HTTP 200 in the envelope, for GET and POST. A client
 * that hangs up changes nothing: the task goes on.
 */
export async function restV2(server: FastifyInstance, options: RestV2Options): Promise<void> {
  const metrics = restMetrics(options.registry, Object.keys(endpoints))
  await server.register(async (scope) => {
    scope.addHook('onSend', async (request, reply, payload) => {
      metrics.answered(request.routeOptions.url ?? '', String(payload), reply.elapsedTime)
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyLimitBytes },
      async (_request: FastifyRequest, body: string) => body,
    )
    // A body of another kind has no parameters; the signature check then says what is missing.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, async () => '')
    scope.setErrorHandler((thrown, request, reply) => {
      if ((thrown as { statusCode?: number }).statusCode === 413)
        return reply
          .status(200)
          .type(jsonType)
          .send(refusedAnswer(restRefusal('403.2')))
      const { code, message } = asElvesError(thrown)
      if (code === 'INTERNAL') request.log.error({ err: thrown, correlationId: request.id }, 'REST v2 request failed')
      const detail = code === 'INTERNAL' ? `see the log, correlation id ${request.id}` : message
      return reply
        .status(200)
        .type(jsonType)
        .send(refusedAnswer(restRefusal('500', detail)))
    })
    for (const [path, endpoint] of Object.entries(endpoints)) {
      scope.route({
        method: ['GET', 'POST'],
        url: path,
        exposeHeadRoute: false,
        handler: async (request, reply) => reply.type(jsonType).send(await answer(path, endpoint, request, options)),
      })
    }
  })
}

const jsonType = 'application/json; charset=utf-8'

async function answer(path: string, endpoint: Endpoint, request: FastifyRequest, { commandApi, authKeys, now }: RestV2Options): Promise<string> {
  const query = request.raw.url?.split('?').slice(1).join('?') ?? ''
  const parameters = readParameters(query, typeof request.body === 'string' ? request.body : '')
  const checked = await checkSignature({ path, parameters }, authKeys, now())
  if ('code' in checked) return refusedAnswer(checked)
  const traceparent = request.headers['traceparent']
  const metadata: Record<string, string> = typeof traceparent === 'string' ? { traceparent } : {}
  return endpoint(commandApi, { authId: checked.authId, correlationId: request.id, metadata }, parameters)
}
