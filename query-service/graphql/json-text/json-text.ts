import { randomBytes } from 'node:crypto'
import { endOfString, itemsOf, membersOf, type Span } from '@elves/core/foundation/json-text.ts'
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLScalarType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
} from 'graphql'
import { isObject } from '../operations.ts'

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

type Values = Readonly<Record<string, unknown>>

/** A variable with values of the scalar JSON. */
export interface SourcedVariable {
  readonly name: string
  readonly type: GraphQLInputType
}

/** Returns the variables of an operation that have values of the scalar JSON. */
export function sourcedVariables(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): readonly SourcedVariable[] {
  return variableDefinitions.flatMap(({ variable, type }) => {
    const inputType = typeFromAST(schema, type as never)
    return isInputType(inputType) && hasJson(inputType) ? [{ name: variable.name.value, type: inputType }] : []
  })
}

/**
 * Returns the variables with a {@link JsonText} wherever the schema has the scalar JSON. `text` is the JSON that they were parsed
 * from; it is looked into only if there is such a value.
 */
export function sourceVariables(wanted: readonly SourcedVariable[], variables: Values, text: () => string | undefined): Values {
  if (!wanted.some(({ name, type }) => hasJsonIn(type, variables[name]))) return variables
  const source = text()
  return source === undefined ? variables : withFields(variables, wanted, source, 0)
}

function hasJsonIn(type: GraphQLInputType, value: unknown): boolean {
  if (value === null || value === undefined) return false
  if (isNonNullType(type)) return hasJsonIn(type.ofType, value)
  if (isListType(type)) return Array.isArray(value) ? value.some((item) => hasJsonIn(type.ofType, item)) : hasJsonIn(type.ofType, value)
  if (!isInputObjectType(type)) return type.name === 'JSON'
  return isObject(value) && fieldsWithJson(type).some((field) => hasJsonIn(field.type, value[field.name]))
}

/** Recurses by the types of the schema, never by the nesting of the data. */
function sourced(type: GraphQLInputType, value: unknown, text: string, { start, end }: Span): unknown {
  if (value === null) return null
  if (isNonNullType(type)) return sourced(type.ofType, value, text, { start, end })
  if (isListType(type)) {
    // GraphQL accepts a single value for a list of one.
    if (!Array.isArray(value)) return sourced(type.ofType, value, text, { start, end })
    const spans = itemsOf(text, start)
    return value.map((item, index) => sourced(type.ofType, item, text, spans[index] as Span))
  }
  if (!isInputObjectType(type)) return type.name === 'JSON' ? new JsonText(text.slice(start, end)) : value
  return isObject(value) ? withFields(value, fieldsWithJson(type), text, start) : value
}

function withFields(value: Values, fields: readonly SourcedVariable[], text: string, start: number): Values {
  const names = fields.map(({ name }) => name)
  const members = membersOf(text, names, start)
  const changed = fields.flatMap(({ name, type }) => {
    const span = members.get(name)
    return span ? [[name, sourced(type, value[name], text, span)] as const] : []
  })
  return { ...value, ...Object.fromEntries(changed) }
}

const fieldsByType = new WeakMap<GraphQLInputObjectType, readonly SourcedVariable[]>()

function fieldsWithJson(type: GraphQLInputObjectType): readonly SourcedVariable[] {
  const known = fieldsByType.get(type)
  if (known) return known
  // Set first, so that a type that contains itself does not recurse for ever.
  fieldsByType.set(type, [])
  const fields = Object.values(type.getFields()).filter((field) => hasJson(field.type))
  fieldsByType.set(type, fields)
  return fields
}

function hasJson(type: GraphQLInputType): boolean {
  if (isNonNullType(type) || isListType(type)) return hasJson(type.ofType)
  return isInputObjectType(type) ? fieldsWithJson(type).length > 0 : type.name === 'JSON'
}
