import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** How long each phase of an HTTP connection may last, in ms. The time until the answer is ready has no limit: a task may run for hours. */
export interface ConnectionTimes {
  /** From the connection, or the first byte of a later request, to the end of the headers. */
  readonly headersMs: number
  /** From the end of the headers to the end of the body. */
  readonly requestMs: number
  /** From the first byte of the answer until the client has fetched all of it. */
  readonly answerMs: number
  /** Between two requests on one connection. */
  readonly idleMs: number
  /** How often the first two limits are checked. */
  readonly checkMs: number
  /** A connection without traffic is probed after this time, to find a client that vanished while its task runs. */
  readonly probeMs: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For this route in place of `answerMs` of all. */
    answerMs?: number
    /** The route reads its body as a stream, so that no more than a piece of it is in memory. */
    isStreamed?: boolean
  }
}

export const connectionTimes: ConnectionTimes = {
  headersMs: 15_000,
  requestMs: 60_000,
  answerMs: 120_000,
  idleMs: 72_000,
  checkMs: 2_000,
  probeMs: 30_000,
}

/** Ends connections whose clients do not fetch their answers. Returns a function that tells whether an answer is being sent on a socket. */
export function limitAnswers(server: FastifyInstance, { answerMs }: ConnectionTimes): (socket: Socket) => boolean {
  const answering = new WeakSet<Socket>()
  server.addHook('onSend', (request, { raw }, payload, done) => {
    const limitMs = request.routeOptions.config.answerMs ?? answerMs
    const begin = (socket: Socket) => {
      answering.add(socket)
      const timer = setTimeout(() => socket.destroy(), limitMs).unref()
      raw.once('close', () => {
        clearTimeout(timer)
        answering.delete(socket)
      })
    }
    // An answer that waits for an earlier one of the same connection has no socket yet.
    if (raw.socket) begin(raw.socket)
    else raw.once('socket', begin)
    done(null, payload)
  })
  return (socket) => answering.has(socket)
}
