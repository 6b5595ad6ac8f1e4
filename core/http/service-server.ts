import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import { asElvesError, ElvesError } from '../foundation/errors.ts'
import type { Logger } from '../foundation/log.ts'
import { labelledCounter } from '../foundation/metrics.ts'
import { bodiesBytes, boundBodies } from './bodies-in-memory.ts'
import { headerLimitBytes, refuseConnection } from './connection-refusal.ts'
import { type ConnectionTimes, connectionTimes, limitAnswers } from './connection-times.ts'
import { hostGuard } from './host-guard.ts'
import { httpStatus } from './http-status.ts'
import { takeJsonBodies } from './json-body.ts'

export interface ServiceServerOptions {
  readonly logger: Logger
  readonly registry: Registry
  /** Host names that requests may name beside localhost and 127.0.0.1. */
  readonly allowedHosts: readonly string[]
  /** Rejects if the service can not work now; /readyz shows the message. */
  readonly readiness: () => Promise<void>
  /** Throws UNAUTHENTICATED if this request may not read the metrics. Default: every request that passes the host guard may. */
  readonly authenticateMetrics?: (request: IncomingMessage) => void
  /** Largest request body in bytes; default 16 MiB. */
  readonly bodyLimitBytes?: number
  /** Paths that serve WebSockets; an upgrade request for any other path is ignored. */
  readonly webSocketPaths?: readonly string[]
  readonly times?: Partial<ConnectionTimes>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Metadata for the events of a request that is traced; absent where none are. */
    traced?: Readonly<Record<string, string>>
  }
}

/** By server: hears of requests of pages of other origins, and for other hosts, which are refused. */
const foreignListeners = new WeakMap<FastifyInstance, (request: IncomingMessage) => void>()

/** Lets one listener hear of the requests that a server refuses because a page of another origin sends them, or because they name another host. */
export function onForeignRequest(server: FastifyInstance, listener: (request: IncomingMessage) => void): void {
  foreignListeners.set(server, listener)
}

const correlationPattern = /^[\w.:-]{1,128}$/

/**
 * The HTTP server of every service: `/healthz` (the process is alive), `/readyz` (it can work), `/metrics`, a guard against
 * web pages of other origins, a correlation id for each request (taken from `x-correlation-id`, otherwise new, and sent
 * back), and errors as `{"error": {"code", "message", "correlationId"}}` without a stack trace. Every phase of a connection
 * has a time limit, a body is JSON in UTF-8, and an upgrade to anything but WebSocket is ignored.
 */
export function serviceServer(options: ServiceServerOptions): FastifyInstance {
  const { logger, registry, bodyLimitBytes = 16 * 1024 * 1024, webSocketPaths = [] } = options
  const times = { ...connectionTimes, ...options.times }
  const server: FastifyInstance = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // No logger of its own for each request: what is logged about one names its correlation id.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    http: {
      maxHeaderSize: headerLimitBytes,
      headersTimeout: times.headersMs,
      connectionsCheckingInterval: times.checkMs,
      keepAlive: true,
      keepAliveInitialDelay: times.probeMs,
      // Java's HttpClient and `curl --http2` offer h2c. A server may ignore the offer and serve the request as it is.
      shouldUpgradeCallback: (request) => isUpgraded(request, webSocketPaths),
    },
    requestTimeout: times.requestMs,
    keepAliveTimeout: times.idleMs,
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, isAnswering(socket)),
    frameworkErrors: ({ message }, request, reply) => void refuse(new ElvesError('BAD_REQUEST', message), request, reply as FastifyReply),
    genReqId: correlationIdOf,
    forceCloseConnections: true,
    // A client may send duplicate slashes: REST v2 reads a path that begins with `//` as `/`.
    routerOptions: { ignoreDuplicateSlashes: true },
  })
  const isAnswering = limitAnswers(server, times)
  takeJsonBodies(server)
  boundBodies(server, registry, Math.max(bodiesBytes, bodyLimitBytes))
  const guard = hostGuard(options.allowedHosts)
  countRequests(server, registry)
  // No hook of each request is asynchronous: a promise for each of them took a tenth of the time of a small request.
  server.addHook('onRequest', (request, reply, done) => {
    // No answer may be cached: it is true for one moment only.
    reply.header('x-correlation-id', request.id).header('cache-control', 'no-store')
    const refusal = refusalOf(request.raw, guard)
    if (refusal instanceof ElvesError && refusal.code === 'ORIGIN_FORBIDDEN') foreignListeners.get(server)?.(request.raw)
    done(refusal)
  })
  // A refused upgrade has left Node's HTTP server already: nothing else would end its socket, and a stop would wait for it.
  server.addHook('onResponse', (request, reply, done) => {
    if (isUpgraded(request.raw, webSocketPaths) && reply.raw.writableEnded) request.raw.socket.destroySoon()
    done()
  })
  server.setErrorHandler((thrown, request, reply) => {
    const error = fromFastify(thrown)
    if (error.code === 'INTERNAL') request.log.error({ err: thrown, correlationId: request.id }, 'request failed')
    return refuse(error, request, reply)
  })
  server.setNotFoundHandler((request, reply) => {
    const [url = ''] = request.url.split('?')
    const allowed = server.supportedMethods.filter((method) => server.hasRoute({ method, url })).join(', ')
    if (allowed === '') return refuse(new ElvesError('NOT_FOUND', `nothing is at ${url}`), request, reply)
    reply.header('allow', allowed)
    return refuse(new ElvesError('METHOD_NOT_ALLOWED', `${url} takes ${allowed}, not ${request.method}`), request, reply)
  })
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    try {
      await options.readiness()
      return { status: 'ready' }
    } catch (thrown) {
      const { code, message } = asElvesError(thrown)
      return reply.status(503).send({ status: 'not ready', code, message })
    }
  })
  server.get('/metrics', async (request, reply) => {
    options.authenticateMetrics?.(request.raw)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  return server
}

function refuse({ code, message }: ElvesError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const shown = code === 'INTERNAL' ? 'internal error' : message
  return reply.status(httpStatus(code)).send({ error: { code, message: shown, correlationId: request.id } })
}

/** Returns why a request is refused before its body is read. */
function refusalOf(request: IncomingMessage, guard: (request: IncomingMessage) => void): Error | undefined {
  try {
    guard(request)
  } catch (error) {
    return error as Error
  }
  const encoding = request.headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return undefined
  // The compressed bytes would be reported as text in a wrong encoding.
  return new ElvesError('BAD_REQUEST', 'a compressed body is not taken', { facts: { encoding } })
}

function isUpgraded({ method, headers, url = '' }: IncomingMessage, paths: readonly string[]): boolean {
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return false
  return paths.includes(url.replace(/\?.*$/s, '').replace(/\/{2,}/g, '/'))
}

/** Counts requests by route, not by the path that a client sends; all paths without a route count as one. */
function countRequests(server: FastifyInstance, registry: Registry): void {
  const noRoute = 'none'
  const statuses = ['2xx', '4xx', '5xx']
  const requests = labelledCounter(registry, {
    name: 'elves_http_requests_total',
    help: 'HTTP requests by route and status; GraphQL and REST v2 answer 200 and carry their codes inside.',
    labels: { route: [noRoute], status: statuses },
  })
  server.addHook('onRoute', ({ url }) => {
    for (const status of statuses) requests.inc({ route: url, status }, 0)
  })
  server.addHook('onResponse', (request, reply, done) => {
    requests.inc({ route: request.routeOptions.url ?? noRoute, status: `${Math.floor(reply.statusCode / 100)}xx` })
    done()
  })
}

function correlationIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-correlation-id']
  return typeof given === 'string' && correlationPattern.test(given) ? given : randomUUID()
}

/** Refusals by Fastify (too large, bad JSON, unknown media type) are the caller's fault. */
function fromFastify(thrown: unknown): ElvesError {
  if (thrown instanceof ElvesError) return thrown
  const { statusCode, message } = thrown as { statusCode?: number; message?: string }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new ElvesError('BAD_REQUEST', message ?? 'bad request')
  return asElvesError(thrown)
}

/** The form in the W3C recommendation; a value of another form is ignored. */
const tracePattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]{1,64})?$/

/** Returns the metadata of the events of a request: what it is traced as, else its header `traceparent`. */
export function metadataOfRequest({ traced, headers: { traceparent } }: FastifyRequest): Readonly<Record<string, string>> {
  if (traced) return traced
  return typeof traceparent === 'string' && tracePattern.test(traceparent) ? { traceparent } : {}
}
