import { finished } from 'node:stream'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { endOfString } from '@elves/core/foundation/json-text.ts'
import { gauge } from '@elves/core/foundation/metrics.ts'
import type { FastifyInstance } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import { tooComplex } from './document-limits.ts'

/** What the values of one body may take in memory beside their texts. */
const maxValueBytes = 64 * 1024 * 1024
/** Measured: an empty array takes 32 bytes, an empty object 56, a place in either 8. */
const bytesOf = { bracket: 48, comma: 8 }
/** Shorter bodies have too few values to count them. */
const shortBody = 1024 * 1024

const [quote, comma, bracket, brace] = [0x22, 0x2c, 0x5b, 0x7b]

/** Before a body is parsed: QUERY_TOO_COMPLEX where its many small values would take far more memory than its text. */
export function checkValues(text: string): void {
  if (text.length < shortBody) return
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfString(text, at) - 1
    else if (char === comma) bytes += bytesOf.comma
    else if (char === bracket || char === brace) bytes += bytesOf.bracket
  }
  if (bytes > maxValueBytes) throw tooComplex('the body has too many values')
}

/** Large bodies that are being received or worked on, together. Parsed, one takes a few times as much. */
const mostHeldBytes = 96 * 1024 * 1024
/** A shorter body is always taken. */
const smallBodyBytes = 64 * 1024

/** Counts the bodies of a scope from their headers on until their answer is sent; further ones are refused with OVERLOADED. */
export function limitBodies(scope: FastifyInstance, registry: Registry): void {
  let held = 0
  gauge(registry, 'elves_graphql_bodies_bytes', 'Bytes of large GraphQL bodies that are being received or worked on.', () => held)
  const refused = new Counter({
    name: 'elves_graphql_bodies_refused_total',
    help: 'Large GraphQL bodies that were refused because too many were there.',
    registers: [registry],
  })
  scope.addHook('preParsing', async ({ headers, routeOptions }, reply) => {
    const bytes = bodyBytes(headers, routeOptions.bodyLimit ?? 0)
    if (bytes <= smallBodyBytes) return
    if (held + bytes > mostHeldBytes) {
      refused.inc()
      throw new ElvesError('OVERLOADED', 'too many large requests are being worked on', { canRetry: true })
    }
    held += bytes
    finished(reply.raw, () => {
      held -= bytes
    })
  })
}

/** As announced; the most there may be where that is left open. */
function bodyBytes(
  headers: { readonly 'content-length'?: string | undefined; readonly 'transfer-encoding'?: string | undefined },
  most: number,
): number {
  if (headers['transfer-encoding'] !== undefined) return most
  return Number(headers['content-length'] ?? 0)
}
