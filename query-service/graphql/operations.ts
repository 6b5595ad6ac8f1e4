import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isDeeperThan, membersOf } from '@elves/core/foundation/json-text.ts'
import { queryParameters } from '@elves/core/http/utf8.ts'
import type { Operation } from './context.ts'
import { checkValues } from './limits/body-values.ts'

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
export function parseSource(sent: string, what = 'the body'): SourceJson {
  // As browsers and other servers do.
  const text = sent.startsWith('\ufeff') ? sent.slice(1) : sent
  checkValues(text)
  if (isDeeperThan(text, maxNesting)) throw new ElvesError('QUERY_TOO_COMPLEX', `${what} nests deeper than ${maxNesting}`)
  try {
    return { value: JSON.parse(text), text }
  } catch (cause) {
    throw new ElvesError('BAD_REQUEST', `${what} is not valid JSON`, { cause })
  }
}

/** An operation as a client sent it; throws BAD_REQUEST, or PERSISTED_QUERY_NOT_SUPPORTED where only a hash came. */
export function operationOf({ value, text }: SourceJson): Operation {
  const operation = checkedOperation(value)
  if (operation.variables === undefined) return operation
  const span = membersOf(text, ['variables']).get('variables')
  return { ...operation, variablesText: span && text.slice(span.start, span.end) }
}

/** The same of the address of a GET, which may only query; throws ENCODING_INVALID too. */
export function operationOfUrl(url: string): Operation {
  const parameters = queryParameters(url)
  const json = (name: string) => parseSource(parameters.get(name) || 'null', name)
  const [variables, extensions] = [json('variables'), json('extensions')]
  const [query, operationName] = [parameters.get('query') ?? undefined, parameters.get('operationName')]
  const operation = checkedOperation({ query, operationName, variables: variables.value, extensions: extensions.value })
  return { ...operation, variablesText: operation.variables && variables.text, isReadOnly: true }
}

/**
 * A message on a WebSocket whose variables carry their own text, as the one variable that no operation has: graphql-ws
 * parses messages itself, and hands on no text. To be undone by {@link operationOfMessage}.
 */
export function withVariablesText(message: string): string {
  try {
    const { type, payload } = JSON.parse(message) as { type?: unknown; payload?: unknown }
    if (type !== 'subscribe' || !isObject(payload) || !isObject(payload.variables)) return message
  } catch {
    return message
  }
  const { start } = membersOf(message, ['payload']).get('payload') as { start: number }
  const variables = membersOf(message, ['variables'], start).get('variables') as { start: number; end: number }
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
  const { query, variables, operationName, extensions } = body
  if (isGiven(extensions) && !isObject(extensions)) throw new ElvesError('BAD_REQUEST', 'extensions must be an object')
  if (!isGiven(query) && isGiven((extensions as { persistedQuery?: unknown } | undefined)?.persistedQuery)) {
    // By this message, too, clients tell that they must send the document.
    throw new ElvesError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
  }
  if (typeof query !== 'string' || query.trim() === '') throw new ElvesError('BAD_REQUEST', 'query must be a GraphQL document')
  if (isGiven(variables) && !isObject(variables)) throw new ElvesError('BAD_REQUEST', 'variables must be an object')
  if (isGiven(operationName) && typeof operationName !== 'string') throw new ElvesError('BAD_REQUEST', 'operationName must be a text')
  return { query, variables: variables ?? undefined, variablesText: undefined, operationName: operationName || undefined, isReadOnly: false }
}

function isGiven<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && value !== null
}

interface Sent {
  readonly query?: unknown
  readonly variables?: unknown
  readonly operationName?: unknown
  readonly extensions?: unknown
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } & Sent {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
