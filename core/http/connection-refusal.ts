import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Code } from '../foundation/codes.ts'

/** REST v2 accepts a param of 64 KiB by GET too, which is three times as long when percent-encoded. */
export const headerLimitBytes = 256 * 1024

/** Refuses a request that is not HTTP, or did not arrive in time. Writes nothing if an answer is already being sent. */
export function refuseConnection(thrown: Error & { code?: string }, socket: Socket, isAnswering: boolean): void {
  if (thrown.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable && !isAnswering) socket.write(refusalOf(thrown.code))
  socket.destroy(thrown)
}

/** Refuses a request whose body does not fit into the memory for bodies. */
export function refuseOverloaded(socket: Socket): void {
  const error = { code: 'OVERLOADED', message: 'too many large requests arrive at once', correlationId: randomUUID() } as const
  if (socket.writable) socket.write(plainAnswer('503 Service Unavailable', error))
  socket.destroySoon()
}

function refusalOf(fault: string | undefined): string {
  const correlationId = randomUUID()
  if (fault === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return plainAnswer('408 Request Timeout', { code: 'REQUEST_TOO_SLOW', message: 'the request did not arrive in its time', correlationId })
  }
  if (fault === 'HPE_HEADER_OVERFLOW') {
    const message = `the headers are larger than ${headerLimitBytes} bytes`
    return plainAnswer('431 Request Header Fields Too Large', { code: 'BAD_REQUEST', message, correlationId })
  }
  return plainAnswer('400 Bad Request', { code: 'BAD_REQUEST', message: 'the request is not well-formed HTTP', correlationId })
}

function plainAnswer(status: string, error: { readonly code: Code; readonly message: string; readonly correlationId: string }): string {
  const body = JSON.stringify({ error })
  const headers = ['Connection: close', 'Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`]
  return [`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n')
}
