import type { IncomingMessage } from 'node:http'
import { ElvesError } from '../foundation/errors.ts'

const ownHosts = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Keeps web pages out: a request must name a host of ours, and where a browser says which page sends it, that page must
 * be ours too. Without it any page that the user visits could reach 127.0.0.1 (cross-site requests, DNS rebinding).
 */
export function hostGuard(allowedHosts: readonly string[]): (request: IncomingMessage) => void {
  const hosts = new Set([...ownHosts, ...allowedHosts.map((host) => host.toLowerCase())])
  return ({ headers }) => {
    const host = hostName(headers.host ?? '')
    if (!hosts.has(host)) throw new ElvesError('ORIGIN_FORBIDDEN', 'the request names a host that is not ours', { facts: { host } })
    const { origin } = headers
    if (origin === undefined) return
    if (originHost(origin) !== headers.host?.toLowerCase()) {
      throw new ElvesError('ORIGIN_FORBIDDEN', 'the request comes from a web page of another origin', { facts: { origin } })
    }
  }
}

/** The hosts of ELVES_ALLOWED_HOSTS. */
export function hostList(text: string): string[] {
  return text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '')
}

/** `localhost:4100` → `localhost`; `[::1]:4100` → `[::1]`. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}

/** Host and port of an origin, as a Host header would say it; null for `null` and what is no URL. */
function originHost(origin: string): string | null {
  return URL.parse(origin)?.host ?? null
}
