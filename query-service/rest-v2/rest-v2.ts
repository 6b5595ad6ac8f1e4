import type { IncomingMessage } from 'node:http'
import type { RefusedReason } from '@elves/core/domain/refused-request/refused-request.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { metadataOfRequest } from '@elves/core/http/service-server.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { type RestErrorCode, type RestRefusal, refusedAnswer, restRefusal } from './answers.ts'
import type { AuthKeys } from './auth-keys.ts'
import { codesOfModules, type Endpoint, type RestModule, type RestServices } from './endpoint.ts'
import type { Endpoints } from './openapi.ts'
import { openApiDoors } from './openapi-doors.ts'
import { given, type Parameters, readParameters } from './parameters.ts'
import { notUtf8 } from './refusals.ts'
import { restMetrics } from './rest-metrics.ts'
import { checkSignature } from './signature.ts'

export interface RestV2Options {
  readonly services: RestServices
  /** By path. */
  readonly endpoints: Endpoints
  readonly authKeys: AuthKeys
  /** Kinds of signatures that are taken; default all. */
  readonly signTypes?: readonly string[]
  /** Records that an auth id asked for what it may not run. */
  readonly onDenied?: (authId: string, path: string, app: string | null) => void
  /** Records that the signature of a request proves nothing. */
  readonly onRefused?: (request: IncomingMessage, refused: { readonly reason: RefusedReason; readonly authKeyId: string }) => void
  /** Whether the module that an endpoint needs is on. */
  readonly hasModule: (module: RestModule) => boolean
  /** ms since the epoch, for the ±180 s of a timestamp. */
  readonly now: () => number
  readonly registry: Registry
}

/** A parameter has at most 64 KiB; percent-encoding at most triples that. */
const bodyLimitBytes = 512 * 1024
const formType = 'application/x-www-form-urlencoded'
const noForm = Buffer.alloc(0)

/**
 * Adds REST v2, as in docs/contracts/rest-v2.md: endpoints take GET and POST and always answer HTTP 200 with the
 * envelope. If a client hangs up, its task goes on. The OpenAPI document of them is there too, with a page to read it.
 */
export async function restV2(server: FastifyInstance, options: RestV2Options): Promise<void> {
  const metrics = restMetrics(options.registry, [...options.endpoints.keys()])
  await openApiDoors(server, options.endpoints)
  await server.register(async (scope) => {
    scope.addHook('onSend', async (request, reply, payload) => {
      metrics.answered(request.routeOptions.url ?? '', String(payload), reply.elapsedTime)
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(formType, { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, async (_request: FastifyRequest, body: Buffer) => body)
    // A body of another type has no parameters; the signature check then says what is missing.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, async () => noForm)
    scope.addHook('onRequest', async ({ raw: { headers } }) => plainType(headers))
    scope.setErrorHandler((thrown, request, reply) => answerWith(reply, refusedAnswer(refusalOf(thrown, request))))
    for (const [path, endpoint] of options.endpoints) {
      const handler = async (request: FastifyRequest, reply: FastifyReply) => answerWith(reply, await answer({ path, endpoint }, request, options))
      scope.route({ method: ['GET', 'POST'], url: path, exposeHeadRoute: false, handler })
    }
    const nothing = async ({ raw }: FastifyRequest, reply: FastifyReply) => {
      const detail = `nothing is at ${raw.url?.split('?')[0]}`
      return answerWith(reply, refusedAnswer(restRefusal('500', detail)), 404)
    }
    scope.route({ method: ['GET', 'POST'], url: '/api/v2/*', exposeHeadRoute: false, handler: nothing })
  })
}

function answerWith(reply: FastifyReply, answer: string, status = 200): FastifyReply {
  return reply.status(status).type('application/json; charset=utf-8').send(answer)
}

/**
 * Accepts the malformed content types that scripts send: all that counts is whether it is a form. The charset is
 * ignored, because the signature is over UTF-8.
 */
function plainType(headers: FastifyRequest['raw']['headers']): void {
  if (headers['content-type']?.toLowerCase().startsWith(formType)) headers['content-type'] = formType
  else delete headers['content-type']
}

/** Somebody may send the key where the id belongs: what may be one is not kept. */
const looksLikeId = /^[0-9A-Za-z]{1,16}$/

/** What the log is told of signatures; a request without one proves nothing, and is nobody's. */
const reasons: { readonly [code in RestErrorCode]?: RefusedReason } = { '401.5': 'SIGNATURE_WRONG', '401.7': 'SIGNATURE_OLD', '413.1': 'KEY_UNKNOWN' }

interface At {
  readonly path: string
  readonly endpoint: Endpoint
}

async function answer(
  { path, endpoint }: At,
  request: FastifyRequest,
  { services, authKeys, signTypes, onDenied, onRefused, hasModule, now }: RestV2Options,
): Promise<string> {
  const parameters = parametersOf(request, endpoint)
  if ('code' in parameters) return refusedAnswer(parameters)
  const checked = await checkSignature({ path, parameters }, authKeys, now(), signTypes)
  if ('code' in checked) {
    const reason = reasons[checked.code]
    if (reason) onRefused?.(request.raw, { reason, authKeyId: looksLikeId.exec(given(parameters, 'auth_id') ?? '')?.[0] ?? '' })
    if (checked.code === '401.6') onDenied?.(given(parameters, 'auth_id') ?? '', path, given(parameters, 'app'))
    return refusedAnswer(checked)
  }
  authKeys.used(checked.authId)
  const { module } = endpoint
  if (module && !hasModule(module)) return refusedAnswer(restRefusal(codesOfModules[module]))
  const actor = { kind: 'AUTH_KEY', id: checked.authId, name: null } as const
  return endpoint.answer(services, { actor, correlationId: request.id, metadata: metadataOfRequest(request) }, parameters)
}

function parametersOf({ raw: { url = '' }, body }: FastifyRequest, endpoint: Endpoint): Parameters | RestRefusal {
  try {
    return readParameters(url, Buffer.isBuffer(body) ? body : noForm)
  } catch (thrown) {
    if (thrown instanceof ElvesError && thrown.code === 'ENCODING_INVALID') return notUtf8(String(thrown.facts['name']), endpoint.parameters)
    throw thrown
  }
}

/** Turns an error from outside an endpoint, or one that an endpoint threw, into a refusal. */
function refusalOf(thrown: unknown, request: FastifyRequest): RestRefusal {
  const { statusCode, message } = thrown as { statusCode?: number; message?: string }
  if (statusCode === 413) return restRefusal('403.2')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return restRefusal('500', message)
  const error = asElvesError(thrown)
  if (error.code !== 'INTERNAL') return restRefusal('500', error.message)
  request.log.error({ err: thrown, correlationId: request.id }, 'REST v2 request failed')
  return restRefusal('500', `see the log, correlation id ${request.id}`)
}
