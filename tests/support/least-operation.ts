import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'

const schema = buildSchema(graphqlSdl())

/** Returns the names of the fields of `Query`, `Mutation` or `Subscription`. */
export function fieldsOf(type: 'Query' | 'Mutation' | 'Subscription'): readonly string[] {
  const found = schema.getType(type)
  return isObjectType(found) ? Object.keys(found.getFields()) : []
}

/** Returns the least operation with a field of these types (`Query.tasks`): enough to ask who may use it. A payload is asked for its refusal. */
export function leastOperation(path: string): string {
  const [typeName = '', name = ''] = path.split('.')
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[name] : undefined
  if (!field) throw new Error(`no field ${path}`)
  const keyword = typeName === 'Query' ? '' : typeName.toLowerCase()
  return `${keyword} { ${name}${argumentsOf(field.args)} ${selectionOf(field.type)} }`
}

const valuesOfScalars: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  JSON: '{}',
  DateTime: '"2026-01-01T00:00:00.000Z"',
  Position: '"abcdef01-0000000000000001"',
}

function argumentsOf(args: readonly GraphQLArgument[]): string {
  const needed = args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${leastValue(type)}`)
  return needed.length === 0 ? '' : `(${needed.join(', ')})`
}

function leastValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return leastValue(type.ofType)
  // None of nothing, which may stand for all of it.
  if (isListType(type)) return isInputObjectType(getNamedType(type)) ? '[]' : `[${leastValue(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? ''
  if (isInputObjectType(type)) {
    // What is about the sender, or about nothing, where nobody is named is asked about somebody.
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || ['user', 'agent'].includes(field.name))
    return `{ ${fields.map((field) => `${field.name}: ${leastValue(field.type)}`).join(', ')} }`
  }
  return valuesOfScalars[type.toString()] ?? '"0000000000000000"'
}

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type)
  if (!isCompositeType(named)) return ''
  return isObjectType(named) && named.getFields()['refusal'] ? '{ refusal { code } }' : '{ __typename }'
}
