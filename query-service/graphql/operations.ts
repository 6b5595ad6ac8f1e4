import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Operation } from './context.ts'

/** An operation as a client sent it; throws BAD_REQUEST. */
export function operationOf(body: unknown): Operation {
  if (!isObject(body)) throw new ElvesError('BAD_REQUEST', 'the request must be a JSON object')
  const { query, variables, operationName } = body
  if (typeof query !== 'string' || query.trim() === '') throw new ElvesError('BAD_REQUEST', 'query must be a GraphQL document')
  if (variables !== undefined && variables !== null && !isObject(variables)) throw new ElvesError('BAD_REQUEST', 'variables must be an object')
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new ElvesError('BAD_REQUEST', 'operationName must be a text')
  }
  return { query, variables: variables ?? undefined, operationName: operationName || undefined }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } & { query?: unknown; variables?: unknown; operationName?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
