import type { IncomingMessage } from 'node:http'
import { seenClient } from './seen-client.ts'

const bearer = /^Bearer +([\x21-\x7e]+)$/i

/** Returns the token of `Authorization: Bearer …`; null where there is none, or another scheme. */
export function bearerToken(authorization: string | undefined): string | null {
  return bearer.exec(authorization ?? '')?.[1] ?? null
}

/**
 * Returns the name of the cookie for the platform at the address that a request names. Cookies are for all ports of a host, so the
 * name has the port: two platforms of one machine would overwrite each other's.
 */
export function cookieName({ headers }: IncomingMessage): string {
  const port = /:(\d+)$/.exec(headers.host ?? '')?.[1]
  return port === undefined ? 'elves' : `elves_${port}`
}

/**
 * Returns the value of the sign-in cookie. Null where there is none, and for a request that may change something or opens a WebSocket and
 * does not say which page it is from: a browser sends a cookie along whoever asks it to, and the host guard can only refuse pages of
 * other origins that are named.
 */
export function cookieToken(request: IncomingMessage): string | null {
  const { method = '', headers } = request
  const isRead = (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined
  if (!isRead && headers.origin === undefined && headers['sec-fetch-site'] === undefined) return null
  return cookieNamed(request, cookieName(request))
}

/** Returns the value of a cookie; null where there is none. */
export function cookieNamed({ headers }: IncomingMessage, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

/** Returns true if a browser's page asks: only such a client is given a cookie. */
export function isOfPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
}

/** Returns the header `Set-Cookie` for a token. No script can read it, and no page of another site has it sent. */
export function setCookie(request: IncomingMessage, token: string, maxAgeSeconds: number | null): string {
  const age = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${cookieName(request)}=${token}; Path=/; HttpOnly; SameSite=Strict${secureOver(request)}${age}`
}

/** Returns the attribute of cookies that travel by TLS. */
export function secureOver(request: IncomingMessage): string {
  return seenClient(request).isSecure ? '; Secure' : ''
}
