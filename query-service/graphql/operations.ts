import { ElvesError } from '@elves/core/foundation/errors.ts'
import { endOfString, isDeeperThan, membersOf } from '@elves/core/foundation/json-text.ts'
import { queryParameters } from '@elves/core/http/utf8.ts'
import type { Operation } from './context.ts'
import { tooComplex } from './limits/document-limits.ts'

/** JSON from a client, with its text: only the text has the numbers and keys as they were written. */
export interface SourceJson {
  readonly value: unknown
  readonly text: string
}

/** Deeper than a parameter of 64 KiB can nest. Bounded because parsing takes memory for each level. */
const maxNesting = 100_000
/** Most bytes of memory for the values of one body, not counting their texts. */
const maxValueBytes = 64 * 1024 * 1024
/** Measured: an empty array takes 32 bytes, an empty object 56, a place in either 8. */
const bytesOf = { bracket: 48, comma: 8 }
/** Shorter bodies can't contain too many values, so they are not counted. */
const shortBody = 1024 * 1024

const [quote, comma, bracket, brace] = [0x22, 0x2c, 0x5b, 0x7b]
/** The empty text, which no variable can have as its name. */
const textKey = ''

/** Throws BAD_REQUEST, QUERY_TOO_COMPLEX. */
export function parseSource(sent: string, what = 'the body'): SourceJson {
  // Ignores a byte order mark, as browsers and other servers do.
  const text = sent.startsWith('\ufeff') ? sent.slice(1) : sent
  checkValues(text)
  if (isDeeperThan(text, maxNesting)) throw new ElvesError('QUERY_TOO_COMPLEX', `${what} nests deeper than ${maxNesting}`)
  try {
    return { value: JSON.parse(text), text }
  } catch (cause) {
    throw new ElvesError('BAD_REQUEST', `${what} is not valid JSON`, { cause })
  }
}

/** Returns the operation in a client's JSON. Throws BAD_REQUEST, or PERSISTED_QUERY_NOT_SUPPORTED if it has only a hash. */
export function operationOf({ value, text }: SourceJson): Operation {
  const operation = checkedOperation(value)
  if (operation.variables === undefined) return operation
  const variablesText = (): string | undefined => {
    const span = membersOf(text, ['variables']).get('variables')
    return span && text.slice(span.start, span.end)
  }
  return { ...operation, variablesText }
}

/** Returns the operation in the URL of a GET, which may only query. Throws as {@link operationOf} does, and ENCODING_INVALID. */
export function operationOfUrl(url: string): Operation {
  const parameters = queryParameters(url)
  const json = (name: string) => parseSource(parameters.get(name) || 'null', name)
  const [variables, extensions] = [json('variables'), json('extensions')]
  const [query, operationName] = [parameters.get('query') ?? undefined, parameters.get('operationName')]
  const operation = checkedOperation({ query, operationName, variables: variables.value, extensions: extensions.value })
  return { ...operation, variablesText: () => operation.variables && variables.text, isReadOnly: true }
}

/**
 * Replaces the variables in a WebSocket message by one variable, with a name that no operation uses, that contains
 * their text: graphql-ws parses messages itself and does not pass on the text. {@link operationOfMessage} undoes it.
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

/** Returns the operation of a message that went through {@link withVariablesText}. Throws BAD_REQUEST. */
export function operationOfMessage(payload: unknown): Operation {
  const operation = checkedOperation(payload)
  const text = operation.variables?.[textKey]
  if (typeof text !== 'string') return operation
  return { ...operation, variables: JSON.parse(text) as Record<string, unknown>, variablesText: () => text }
}

const noText = () => undefined

function checkedOperation(body: unknown): Operation {
  if (!isObject(body)) throw new ElvesError('BAD_REQUEST', 'the request must be a JSON object')
  const { query, variables, operationName, extensions } = body
  if (isGiven(extensions) && !isObject(extensions)) throw new ElvesError('BAD_REQUEST', 'extensions must be an object')
  if (!isGiven(query) && isGiven((extensions as { persistedQuery?: unknown } | undefined)?.persistedQuery)) {
    // Some clients recognize by this exact message that they must send the document.
    throw new ElvesError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
  }
  if (typeof query !== 'string' || query.trim() === '') throw new ElvesError('BAD_REQUEST', 'query must be a GraphQL document')
  if (isGiven(variables) && !isObject(variables)) throw new ElvesError('BAD_REQUEST', 'variables must be an object')
  if (isGiven(operationName) && typeof operationName !== 'string') throw new ElvesError('BAD_REQUEST', 'operationName must be a text')
  return { query, variables: variables ?? undefined, variablesText: noText, operationName: operationName || undefined, isReadOnly: false }
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

/** Checks a body before it is parsed. Throws QUERY_TOO_COMPLEX if its many small values would take far more memory than its text. */
function checkValues(text: string): void {
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
