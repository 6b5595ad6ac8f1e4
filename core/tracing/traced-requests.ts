import type { FastifyInstance, FastifyRequest } from 'fastify'
import { traceOf, traceParentText } from './trace-ids.ts'
import { tracedMark } from './traced-mark.ts'
import type { Tracing } from './tracing.ts'

/** Paths of requests that are traced: those by which people and programs ask for something. */
const traced = /^\/(graphql|api)(\/|\?|$)/
const firstServerError = 500

/**
 * Makes a span of each request at the doors of people and programs, under the caller's where it names one, else as the beginning of a
 * trace. Its events carry it as `traceparent`.
 */
export function traceRequests(server: FastifyInstance, tracing: Tracing): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (!isTraced(request)) return done()
    const startMs = performance.timeOrigin + performance.now()
    const given = request.headers['traceparent']
    const { traceId, parent, isSampled } = traceOf(tracing, request.id, typeof given === 'string' ? given : undefined)
    const spanId = tracing.newSpanId()
    request.traced = { traceparent: traceParentText({ traceId, spanId, isSampled }), ...(isSampled && { [tracedMark]: 'yes' }) }
    if (isSampled) {
      reply.raw.once('close', () => {
        const status = reply.statusCode
        tracing.ended({
          name: `${request.method} ${request.routeOptions.url ?? ''}`.trim(),
          traceId,
          spanId,
          parent,
          isServer: true,
          startMs,
          endMs: performance.timeOrigin + performance.now(),
          attributes: {
            'http.request.method': request.method,
            'http.route': request.routeOptions.url ?? '',
            'http.response.status_code': status,
            'elves.correlation_id': request.id,
          },
          ...(status >= firstServerError && { error: `answered ${status}` }),
        })
      })
    }
    done()
  })
}

/** A WebSocket is no request that ends soon: what is asked over it begins its trace when a command is carried out. */
function isTraced({ raw: { url = '' }, headers }: FastifyRequest): boolean {
  return traced.test(url) && headers.upgrade === undefined
}
