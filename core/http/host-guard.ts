import type { IncomingMessage } from 'node:http'
import { ElvesError } from '../foundation/errors.ts'
import { cutText } from '../foundation/text.ts'

const ownHosts = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Keeps foreign web pages out: a request must name one of the platform's hosts, and if a browser says which page sends it,
 * the page must be of the platform too. Otherwise any page that the user visits could reach 127.0.0.1 (cross-site requests,
 * DNS rebinding). A browser sends no Origin with an image or a script, so Sec-Fetch-Site is checked too.
 */
export function hostGuard(allowedHosts: readonly string[]): (request: IncomingMessage) => void {
  const hosts = new Set([...ownHosts, ...allowedHosts.map((host) => host.toLowerCase())])
  return (request) => {
    const { host, origin } = request.headers
    const name = hostName(host ?? '')
    if (!hosts.has(name)) throw unknownHost(name)
    if (origin === undefined ? isOfOtherPage(request) : originHost(origin) !== host?.toLowerCase()) {
      throw new ElvesError('ORIGIN_FORBIDDEN', 'the request comes from a web page of another origin', { facts: { origin } })
    }
  }
}

/** Says what to do: the first request from another machine meets this. */
function unknownHost(name: string): ElvesError {
  const shown = cutText(name, 100)
  const message = `the request names the host ${shown}, which is none of this platform's: if it is one, add it to ELVES_ALLOWED_HOSTS`
  return new ElvesError('ORIGIN_FORBIDDEN', message, { facts: { host: shown } })
}

/** Returns true if a browser says that a page of another origin embeds or fetches this. A link that a person follows does not count. */
function isOfOtherPage({ method, headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return !(method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document')
}

/** Returns the hosts of ELVES_ALLOWED_HOSTS. */
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

/** Returns host and port of an origin, as a Host header has them; null for `null` and for what is not a URL. */
function originHost(origin: string): string | null {
  return URL.parse(origin)?.host ?? null
}
