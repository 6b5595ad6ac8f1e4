import { randomBytes } from 'node:crypto'
import { endOfString } from '@elves/core/foundation/json-text.ts'
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql'

/** Marks the text of a value in an answer until {@link withTexts} replaces it. It is random, so a client's text is never taken for a mark. */
const mark = randomBytes(16).toString('hex')

/**
 * A JSON value kept as its text: JavaScript would round its numbers and reorder its keys, and parsing or writing it
 * would recurse as deep as it nests.
 */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): string {
    return mark + this.text
  }
}

/** Like `JSON.stringify`, but writes each {@link JsonText} as its own text. */
export function jsonOf(value: unknown): string {
  return withTexts(JSON.stringify(value))
}

/** Takes the output of `JSON.stringify` and puts the text of each {@link JsonText} in its place. */
export function withTexts(json: string): string {
  const marked = `"${mark}`
  let at = json.indexOf(marked)
  if (at < 0) return json
  const parts: string[] = []
  let from = 0
  while (at >= 0) {
    const end = endOfString(json, at)
    parts.push(json.slice(from, at), (JSON.parse(json.slice(at, end)) as string).slice(mark.length))
    from = end
    at = json.indexOf(marked, end)
  }
  return parts.join('') + json.slice(from)
}

/** Any JSON value, unchanged. An input, whether a literal (which may contain variables) or a variable, reaches resolvers as a {@link JsonText}. */
export const jsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => (node.kind === 'NullValue' ? null : new JsonText(literalText(node, variables))),
})

type Variables = Readonly<Record<string, unknown>> | null | undefined

/** Returns the JSON text of a literal in a document, with its numbers as written. The limit of documents bounds how deep it nests. */
function literalText(node: ValueNode, variables: Variables): string {
  return textOf(node, variables) ?? 'null'
}

/** Returns null for a missing variable: an object then omits the field, a list contains null. */
function textOf(node: ValueNode, variables: Variables): string | null {
  switch (node.kind) {
    case Kind.VARIABLE:
      return textOfVariable(variables?.[node.name.value])
    case Kind.INT:
    case Kind.FLOAT:
      return node.value
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return JSON.stringify(node.value)
    case Kind.NULL:
      return 'null'
    case Kind.LIST:
      return `[${node.values.map((value) => textOf(value, variables) ?? 'null').join(',')}]`
    case Kind.OBJECT:
      return `{${node.fields.flatMap(({ name, value }) => memberText(name.value, textOf(value, variables))).join(',')}}`
  }
}

function memberText(name: string, text: string | null): string[] {
  return text === null ? [] : [`${JSON.stringify(name)}:${text}`]
}

function textOfVariable(value: unknown): string | null {
  if (value === undefined) return null
  return value instanceof JsonText ? value.text : jsonOf(value)
}
