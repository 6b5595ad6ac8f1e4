import { createRequire } from 'node:module'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { cutText } from '@elves/core/foundation/text.ts'
import type { buildConnector } from 'undici'
import { AddressRefused, checkedLookup } from './address-lookup.ts'
import type { AddressRule } from './address-rule.ts'

/** What one POST came to. */
export interface Posted {
  /** Null: no answer came. */
  readonly statusCode: number | null
  /** Null: it was taken. */
  readonly error: string | null
}

/** The receiver of one webhook, with connections of its own. */
export interface Receiver {
  /** Never rejects. The signal ends it early. */
  post(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Posted>
  /** Takes no more; resolves when what it has is over. */
  finish(): Promise<void>
  /** Breaks off what it has. */
  close(): Promise<void>
}

export interface ReceiverOptions {
  readonly url: string
  readonly rule: AddressRule
  /** Longest time of an attempt: lookup, connection, request and the head of the answer. */
  readonly timeoutMs: number
  /** Most connections at once. */
  readonly connections: number
}

/** So much of an answer's body is read, so that its connection can be used again; with more it is closed. */
const bodyBytes = 64 * 1024
/** So long; the outcome is known before. */
const bodyMs = 1_000
const headerBytes = 16 * 1024
const errorLength = 300

/** Loaded at the first webhook: most centers have none, and its hundred files would make each start longer. */
const undici = (): typeof import('undici') => createRequire(import.meta.url)('undici')

export function receiver({ url: text, rule, timeoutMs, connections }: ReceiverOptions): Receiver {
  const url = new URL(text)
  const agent = new (undici().Agent)({
    connect: checkedConnector(rule, timeoutMs),
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: headerBytes,
  })
  return {
    async post(body, headers, stopping) {
      const ending = new AbortController()
      const end = () => ending.abort()
      let isLate = false
      // Not AbortSignal.timeout: one that only AbortSignal.any refers to may be collected before its time.
      const timer = setTimeout(() => {
        isLate = true
        end()
      }, timeoutMs)
      stopping.addEventListener('abort', end, { once: true })
      try {
        const { origin, pathname, search } = url
        // It follows no redirect: another place would get what was meant, and signed, for this one.
        const answer = await agent.request({ origin, path: pathname + search, method: 'POST', headers, body, signal: ending.signal })
        await drained(answer.body)
        return { statusCode: answer.statusCode, error: errorOfStatus(answer.statusCode) }
      } catch (error) {
        return { statusCode: null, error: isLate ? `TIMEOUT: no answer within ${timeoutMs} ms` : errorText(error) }
      } finally {
        clearTimeout(timer)
        stopping.removeEventListener('abort', end)
      }
    },
    finish: () => agent.close(),
    close: () => agent.destroy(),
  }
}

/** Reads what is left of an answer, so that its connection can be used again; if it is too much or too slow, the connection goes. */
async function drained(body: Readable): Promise<void> {
  const timer = setTimeout(() => body.destroy(), bodyMs)
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length
      if (bytes > bodyBytes) break
    }
  } catch {
    // The status has said all.
  } finally {
    clearTimeout(timer)
  }
}

function errorOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`
}

function errorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const reasons = error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join('; ') : message
  return cutText(`${code ?? 'ERROR'}: ${reasons}`, errorLength)
}

/** Checks an address in the URL before, and what was connected to once more after, the connection; names are checked in between. */
export function checkedConnector(rule: AddressRule, timeoutMs: number): buildConnector.connector {
  const connect = undici().buildConnector({ timeout: timeoutMs, lookup: checkedLookup(rule), maxCachedSessions: 10 })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    const refusal = isIP(host) === 0 ? null : rule.refusal(host)
    if (refusal !== null) return callback(new AddressRefused(refusal), null)
    return connect(options, (error, socket) => {
      if (!socket) return callback(error as Error, null)
      const late = rule.refusal(socket.remoteAddress ?? '')
      if (late === null) return callback(null, socket)
      socket.destroy()
      return callback(new AddressRefused(late), null)
    })
  }
}
