import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { GatewayTls } from './socket-session.ts'

export interface CenterRequest {
  readonly url: URL
  readonly tls: GatewayTls
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Nothing came for so long: it fails. */
  readonly silentMs: number
}

/** Asks the center by HTTP, and knows it as the link does: by its authority, or by its pinned certificate. Rejects with an Error that says why. */
export function centerRequest({
  url,
  tls: { ca, certificateSha256: pinned },
  headers = {},
  signal,
  silentMs,
}: CenterRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = {
    headers,
    ...(signal && { signal }),
    timeout: silentMs,
    ...(ca !== undefined && { ca }),
    // A pinned certificate is compared below.
    rejectUnauthorized: pinned === undefined,
    agent: false as const,
  }
  const request = url.protocol === 'https:' ? secureRequest(url, options, resolve) : plainRequest(url, options, resolve)
  request.on('socket', (socket) => {
    socket.on('secureConnect', () => {
      const found = (socket as TLSSocket).getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
      if (pinned !== undefined && found !== pinned) request.destroy(new Error(`the certificate is ${found}, not the pinned one`))
    })
  })
  request.on('timeout', () => request.destroy(new Error('nothing came for too long')))
  request.on('error', reject)
  request.end()
  return promise
}

/** Returns the first characters of an answer's body. */
export async function bodyOf(response: IncomingMessage, mostChars: number): Promise<string> {
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) if (body.length < mostChars) body += chunk
  return body.slice(0, mostChars)
}
