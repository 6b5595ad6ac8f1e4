import type { IncomingMessage } from 'node:http'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import { metadataOfRequest } from '@elves/core/http/service-server.ts'
import { sealing } from '@elves/core/sealing/sealing.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cookieName, cookieNamed, secureOver, setCookie } from '../credentials.ts'
import { type EnteringOptions, entered } from '../entered.ts'
import { type BegunSignIn, OidcProvider, type ProvedIdentity } from './oidc-provider.ts'

export interface OidcDoorsOptions extends EnteringOptions {
  readonly settings: Settings
  readonly logger: Logger
}

interface Kept extends BegunSignIn {
  /** Where the browser goes at last. */
  readonly to: string
  /** ms since the epoch. */
  readonly until: number
}

const oidcPath = '/sign-in/oidc'
const oidcCallbackPath = '/sign-in/oidc/callback'

/** For so long somebody may take to sign in at the provider. */
const keptSeconds = 600
const place = 'oidc'

/**
 * Adds the doors of a sign-in by an OpenID Connect provider. `GET /sign-in/oidc?to=/path` leads there, and `/sign-in/oidc/callback` back with a
 * cookie of a new session. What has to be known in between is in a cookie that only the platform can read, so any instance may take the answer, and
 * an answer that another browser asked for is refused. Throws CONFIG_INVALID.
 */
export function oidcDoors(server: FastifyInstance, { settings, commands, settled, logger }: OidcDoorsOptions): void {
  const provider = new OidcProvider(settings)
  const { seal, open } = sealing(settings.ELVES_SERVICE_SECRET, 'elves oidc sign-in')
  const originOf = (request: FastifyRequest) =>
    settings.ELVES_PUBLIC_URL === '' ? `${request.protocol}://${request.host}` : settings.ELVES_PUBLIC_URL.replace(/\/+$/, '')
  const callbackOf = (request: FastifyRequest) => `${originOf(request)}${oidcCallbackPath}`

  function keep(request: FastifyRequest, reply: FastifyReply, kept: Kept | null): void {
    const value = kept === null ? '' : seal(place, JSON.stringify(kept)).toString('base64url')
    // Lax: the browser comes back from a page of the provider.
    const attributes = `Path=${oidcPath}; HttpOnly; SameSite=Lax${secureOver(request.raw)}; Max-Age=${kept === null ? 0 : keptSeconds}`
    reply.header('set-cookie', `${keptName(request.raw)}=${value}; ${attributes}`)
  }

  function keptOf(request: FastifyRequest): Kept {
    const value = cookieNamed(request.raw, keptName(request.raw))
    const text = value === null ? null : open(place, Buffer.from(value, 'base64url'))
    const kept = text === null ? null : (JSON.parse(text) as Kept)
    if (kept && Date.now() < kept.until) return kept
    throw new ElvesError('UNAUTHENTICATED', 'this browser has not begun this sign-in, or too long ago')
  }

  async function begun(request: FastifyRequest, { name, displayName, issuer, subject, groups }: ProvedIdentity) {
    const caller = { by: 'oidc', correlationId: request.id, metadata: metadataOfRequest(request) }
    const who = { method: 'OIDC', name, displayName, groups, identity: { issuer, subject } } as const
    const answer = await entered({ commands, settled }, request.raw, who, caller)
    const session = answer.events.findLast(({ event }) => event.type === 'UserSignedIn')?.event
    if (session?.type !== 'UserSignedIn' || answer.secret === undefined) throw new ElvesError('INTERNAL', 'a sign-in has begun no session')
    return { token: answer.secret, seconds: Math.floor((session.data.expiresAt - Date.now()) / 1_000) }
  }

  function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = thrown instanceof ElvesError ? thrown : ofProvider(thrown)
    logger.warn({ err: thrown, correlationId: request.id }, 'a sign-in by the identity provider did not succeed')
    keep(request, reply, null)
    const text = `${error.message}. Begin again at ${oidcPath}. (${request.id})\n`
    return reply.status(httpStatus(error.code)).type('text/plain; charset=utf-8').send(text)
  }

  server.get<{ Querystring: { readonly to?: string } }>(oidcPath, async (request, reply) => {
    try {
      const { url, begun: begin } = await provider.begin(callbackOf(request))
      keep(request, reply, { ...begin, to: ownPath(request.query.to), until: Date.now() + keptSeconds * 1_000 })
      return await reply.redirect(url, 303)
    } catch (error) {
      return refuse(error, request, reply)
    }
  })

  server.get(oidcCallbackPath, async (request, reply) => {
    try {
      const kept = keptOf(request)
      const current = new URL(request.raw.url ?? '', originOf(request))
      const { token, seconds } = await begun(request, await provider.finish(current, kept))
      keep(request, reply, null)
      reply.header('set-cookie', setCookie(request.raw, token, seconds)).header('referrer-policy', 'no-referrer')
      return await reply.redirect(kept.to, 303)
    } catch (error) {
      return refuse(error, request, reply)
    }
  })
}

function keptName(request: IncomingMessage): string {
  return `${cookieName(request)}_oidc`
}

/** A path of this platform: no link leads elsewhere by it. */
function ownPath(given: unknown): string {
  const here = 'http://here'
  if (typeof given !== 'string' || !given.startsWith('/')) return '/'
  const url = URL.parse(given, here)
  return url?.origin === here ? `${url.pathname}${url.search}${url.hash}` : '/'
}

/** What openid-client and the provider say: the log has all of it, the browser what a person can do something about. */
function ofProvider(thrown: unknown): ElvesError {
  const { code, error } = thrown as { readonly code?: unknown; readonly error?: unknown }
  if (asElvesError(thrown).code !== 'INTERNAL') return asElvesError(thrown)
  const said = [error, code].find((text) => typeof text === 'string' && /^\w{1,64}$/.test(text))
  return new ElvesError('UNAUTHENTICATED', `the identity provider did not prove who this is${said === undefined ? '' : ` (${said})`}`, {
    cause: thrown,
  })
}
