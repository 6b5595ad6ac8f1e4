import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isDeeperThan, membersOf } from '@elves/core/foundation/json-text.ts'
import type { Operation } from './context.ts'

/** JSON that a client sent, with its text: only that has its numbers and keys as they were written. */
export interface SourceJson {
  readonly value: unknown
  readonly text: string
}

/** Deeper than any parameter of 64 KiB can be; parsing takes memory for each level. */
const maxNesting = 100_000
/** No variable has this name. */
const textKey = ''

/** Throws BAD_REQUEST, QUERY_TOO_COMPLEX. */
export function parseSource(sent: string): SourceJson {
  // As browsers and other servers do.
  const text = sent.startsWith('\ufeff') ? sent.slice(1) : sent
  if (isDeeperThan(text, maxNesting)) throw new ElvesError('QUERY_TOO_COMPLEX', `the body nests deeper than ${maxNesting}`)
  try {
    return { value: JSON.parse(text), text }
  } catch (cause) {
    throw new ElvesError('BAD_REQUEST', 'the body is not valid JSON', { cause })
  }
}

/** An operation as a client sent it; throws BAD_REQUEST. */
export function operationOf({ value, text }: SourceJson): Operation {
  const operation = checkedOperation(value)
  if (operation.variables === undefined) return operation
  const span = membersOf(text).get('variables')
  return { ...operation, variablesText: span && text.slice(span.start, span.end) }
}

/**
 * A message on a WebSocket whose variables carry their own text, as the one variable that no operation has: graphql-ws
 * parses messages itself, and hands on no text. To be undone by {@link operationOfMessage}.
 */
export function withVariablesText(message: string): string {
  try {
    const { payload } = JSON.parse(message) as { payload?: unknown }
    if (!isObject(payload) || !isObject(payload.variables)) return message
  } catch {
    return message
  }
  const { start } = membersOf(message).get('payload') as { start: number }
  const variables = membersOf(message, start).get('variables') as { start: number; end: number }
  const carried = JSON.stringify({ [textKey]: message.slice(variables.start, variables.end) })
  return message.slice(0, variables.start) + carried + message.slice(variables.end)
}

/** The operation of a message that went through {@link withVariablesText}; throws BAD_REQUEST. */
export function operationOfMessage(payload: unknown): Operation {
  const operation = checkedOperation(payload)
  const text = operation.variables?.[textKey]
  if (typeof text !== 'string') return operation
  return { ...operation, variables: JSON.parse(text) as Record<string, unknown>, variablesText: text }
}

function checkedOperation(body: unknown): Operation {
  if (!isObject(body)) throw new ElvesError('BAD_REQUEST', 'the request must be a JSON object')
  const { query, variables, operationName } = body
  if (typeof query !== 'string' || query.trim() === '') throw new ElvesError('BAD_REQUEST', 'query must be a GraphQL document')
  if (variables !== undefined && variables !== null && !isObject(variables)) throw new ElvesError('BAD_REQUEST', 'variables must be an object')
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new ElvesError('BAD_REQUEST', 'operationName must be a text')
  }
  return { query, variables: variables ?? undefined, variablesText: undefined, operationName: operationName || undefined }
}

export function isObject(
  value: unknown,
): value is { readonly [name: string]: unknown } & { query?: unknown; variables?: unknown; operationName?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
