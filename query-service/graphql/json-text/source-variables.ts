import { itemsOf, membersOf, type Span } from '@elves/core/foundation/json-text.ts'
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'
import { isObject } from '../operations.ts'
import { JsonText } from './json-text.ts'

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
