import type { IncomingMessage } from 'node:http'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Authenticated, Authenticator } from './authenticator.ts'
import { bearerToken, cookieName, cookieNamed, cookieToken } from './credentials.ts'
import type { RefusedRequest, RefusedRequests } from './refused-requests.ts'
import { endedCredentialOf } from './user-sessions.ts'

/** An authenticator that tells the log of credentials that it refused. Who shows none is a guest, and nothing is told of him. */
export function toldRefusals(authenticator: Authenticator, refused: Pick<RefusedRequests, 'tell'>): Authenticator {
  function tell(request: IncomingMessage, authorization: string | undefined, error: unknown): void {
    const about = refusalOf(request, authorization, error)
    if (about) refused.tell(request, about)
  }
  return {
    authenticate(request, authorization = request.headers.authorization) {
      try {
        const who: Authenticated | Promise<Authenticated> = authenticator.authenticate(request, authorization)
        // No promise where there was none: it is each request's way.
        if (!(who instanceof Promise)) return who
        return who.catch((error: unknown) => {
          tell(request, authorization, error)
          throw error
        })
      } catch (error) {
        tell(request, authorization, error)
        throw error
      }
    },
    guest: (error) => authenticator.guest?.(error) ?? null,
  }
}

function refusalOf(request: IncomingMessage, authorization: string | undefined, error: unknown): RefusedRequest | null {
  if (!(error instanceof ElvesError) || error.code !== 'UNAUTHENTICATED') return null
  const ended = endedCredentialOf(error)
  // Nobody ended it: people come back after a week-end.
  if (ended?.hasExpired) return null
  if (ended) return { reason: 'TOKEN_ENDED', userId: ended.endedOf, credentialId: ended.credentialId }
  if (authorization !== undefined) return bearerToken(authorization) === null ? null : { reason: 'TOKEN_UNKNOWN' }
  if (cookieNamed(request, cookieName(request)) === null) return null
  return { reason: cookieToken(request) === null ? 'COOKIE_ALONE' : 'TOKEN_UNKNOWN' }
}
