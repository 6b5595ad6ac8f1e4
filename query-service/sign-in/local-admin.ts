import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Authenticated, Authenticator } from './authenticator.ts'
import { bearerToken, cookieToken } from './credentials.ts'
import { endingAt } from './ending-at.ts'

/** Who the local admin is to the doors. */
export const theLocalAdmin: Authenticated = {
  actor: { kind: 'LOCAL', id: 'local', name: null },
  scopes: null,
  sessionId: null,
  credentialId: null,
  ending: null,
  gate: null,
}

/** Shorter ones could be guessed: nothing slows down who tries. */
const leastTokenCharacters = 32

/** After as many seconds the link has to be opened again: 30 days. */
export const cookieSeconds = 30 * 24 * 60 * 60

/** Mode `local`: one admin, who shows a token. */
export interface LocalAdmin extends Authenticator {
  /** Returns what the cookie of a page holds for {@link cookieSeconds}; null where the token is not the right one. */
  cookieFor(token: string): string | null
}

/**
 * Takes the token as Bearer, or its cookie, `<end in seconds since the epoch>.<HMAC of it by the token>`. Costs a hash or two, and tells by
 * its duration nothing about the token. Throws CONFIG_INVALID. `now`: ms since the epoch.
 */
export function localAdmin(token: string, now: () => number = Date.now): LocalAdmin {
  if (token.length < leastTokenCharacters) {
    throw new ElvesError(
      'CONFIG_INVALID',
      `ELVES_TOKEN must have at least ${leastTokenCharacters} characters: it lets people in (ELVES_TOKEN_FILE names a file instead)`,
    )
  }
  const wantedToken = sha256(token)
  const is = (given: string | null, wanted: Buffer) => given !== null && timingSafeEqual(sha256(given), wanted)
  // A browser sends the cookie to all ports of this host: who gets hold of it is the admin until its end, but does not have the token.
  const cookieUntil = (seconds: string) => `${seconds}.${createHmac('sha256', token).update(`elves cookie until ${seconds}`).digest('base64url')}`
  const isCookie = (given: string | null) => {
    const [seconds = ''] = given?.split('.') ?? []
    return /^\d{1,12}$/.test(seconds) && is(given, sha256(cookieUntil(seconds))) && now() < Number(seconds) * 1000
  }
  return {
    authenticate(request, authorization = request.headers.authorization) {
      if (authorization !== undefined) {
        if (is(bearerToken(authorization), wantedToken)) return theLocalAdmin
        throw unauthenticated('the token is not the one of this platform')
      }
      const cookie = cookieToken(request)
      if (isCookie(cookie)) return { ...theLocalAdmin, ending: endingAt(Number(cookie?.split('.')[0]) * 1000, now) }
      throw unauthenticated(cookie === null ? 'the request has no token' : 'the cookie is not one of this platform, or it has ended')
    },
    cookieFor: (given) => (is(given, wantedToken) ? cookieUntil(String(Math.floor(now() / 1000) + cookieSeconds)) : null),
  }
}

function unauthenticated(what: string): ElvesError {
  const how = 'send the header `Authorization: Bearer <token>`, or open the link that the start of the platform shows'
  return new ElvesError('UNAUTHENTICATED', `${what}: ${how}; the token is "token" in standalone.json or cluster.json, or ELVES_TOKEN`)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
