import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import { ElvesError } from '../foundation/errors.ts'
import { labelledCounter } from '../foundation/metrics.ts'
import { refuseOverloaded } from './connection-refusal.ts'

/** Most bytes of all bodies that are arriving, and also of all bodies that are whole and not yet answered. */
export const bodiesBytes = 64 * 1024 * 1024
/**
 * A body up to this size is accepted until half as much again is in memory, so that large bodies do not keep it out. Any
 * task fits into it.
 */
const smallBytes = 256 * 1024

interface Body {
  readonly request: IncomingMessage
  bytes: number
}

/**
 * Bounds the memory for the bodies of all requests. If the bodies that are arriving take too much, the one that has been
 * arriving for longest is refused: it is that of a client that stalls, if there is one. If the bodies that are whole and not
 * yet answered take too much, the next large one is refused.
 */
export function boundBodies(server: FastifyInstance, registry: Registry, mostBytes: number): void {
  const arriving = new Set<Body>()
  let arrivingBytes = 0
  let wholeBytes = 0
  new Gauge({
    name: 'elves_http_body_bytes',
    help: 'Bytes of request bodies in memory, by whether they are whole.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'arriving' }, arrivingBytes)
      this.set({ state: 'whole' }, wholeBytes)
    },
  })

  const refused = labelledCounter(registry, {
    name: 'elves_http_bodies_refused_total',
    help: 'Request bodies that were refused because too many were in memory, by whether they were whole.',
    labels: { state: ['arriving', 'whole'] },
  })

  function leave(body: Body): boolean {
    if (!arriving.delete(body)) return false
    arrivingBytes -= body.bytes
    return true
  }

  function follow(request: IncomingMessage, response: ServerResponse): void {
    const body: Body = { request, bytes: 0 }
    arriving.add(body)
    request.on('data', (chunk: Buffer) => {
      if (!arriving.has(body)) return
      body.bytes += chunk.length
      arrivingBytes += chunk.length
      for (const longest of arriving) {
        if (arrivingBytes <= mostBytes) return
        leave(longest)
        refused.inc({ state: 'arriving' })
        refuseOverloaded(longest.request.socket)
      }
    })
    let isWhole = false
    request.once('end', () => {
      isWhole = leave(body)
      if (isWhole) wholeBytes += body.bytes
    })
    response.once('close', () => {
      if (isWhole) wholeBytes -= body.bytes
      else leave(body)
    })
  }

  // Not asynchronous, because the body must not flow before its parser listens too.
  server.addHook('preParsing', (request, reply, payload, done) => {
    if (request.routeOptions.config.isStreamed) return done(null, payload)
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) follow(request.raw, reply.raw)
    done(null, payload)
  })
  server.addHook('preValidation', (request, _reply, done) => {
    if (wholeBytes <= mostBytes || request.body === undefined) return done()
    const most = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > smallBytes ? mostBytes : 1.5 * mostBytes
    if (wholeBytes <= most) return done()
    refused.inc({ state: 'whole' })
    done(new ElvesError('OVERLOADED', 'too many requests with large bodies are being worked on', { canRetry: true }))
  })
}
