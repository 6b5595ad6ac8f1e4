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

/**
 * Returns the variables of an operation with a {@link JsonText} wherever the schema has the scalar JSON. `text` is the
 * JSON that they were parsed from.
 */
export function sourceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Values,
  text: string,
): Values {
  const wanted = variableDefinitions.flatMap(({ variable, type }) => {
    const inputType = typeFromAST(schema, type as never)
    return isInputType(inputType) && hasJson(inputType) ? [{ name: variable.name.value, type: inputType }] : []
  })
  return wanted.length === 0 ? variables : withFields(variables, wanted, text, 0)
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

function withFields(value: Values, fields: readonly { name: string; type: GraphQLInputType }[], text: string, start: number): Values {
  const names = fields.map(({ name }) => name)
  const members = membersOf(text, names, start)
  const changed = fields.flatMap(({ name, type }) => {
    const span = members.get(name)
    return span ? [[name, sourced(type, value[name], text, span)] as const] : []
  })
  return { ...value, ...Object.fromEntries(changed) }
}

const fieldsByType = new WeakMap<GraphQLInputObjectType, readonly { name: string; type: GraphQLInputType }[]>()

function fieldsWithJson(type: GraphQLInputObjectType): readonly { name: string; type: GraphQLInputType }[] {
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
