import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'

/**
 * Returns true if the cost of an operation is the same for all variables that have no list and are coerced without an error: no page
 * size can come from them, and graphql finds no fault with them where they are used.
 */
export function isCostFixed(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.every(({ type, defaultValue }) => {
    let named = type
    while (named.kind !== Kind.NAMED_TYPE) named = named.type
    // Another value than null could stand where null may not: validation lets a variable with a default through.
    if (defaultValue !== undefined) return false
    const { pageSizes, defaulted } = factsOf(schema)
    return !pageSizes.has(named.name.value) && (type.kind === Kind.NON_NULL_TYPE || !defaulted.has(named.name.value))
  })
}

/** How deep a value is searched for lists. The inputs of commands are less deep; a parameter may be deeper. */
const searchedDepth = 4

/** Returns true if a value has a list, or may have one further down than is searched. */
export function mayHoldList(value: unknown, depth = searchedDepth): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0 || Array.isArray(value)) return true
  for (const key in value) if (mayHoldList((value as Readonly<Record<string, unknown>>)[key], depth - 1)) return true
  return false
}

interface Facts {
  /** Names of the types of page sizes. */
  readonly pageSizes: ReadonlySet<string>
  /** Names of the types of arguments that must not be null and have a default: validation lets a variable there that may be null. */
  readonly defaulted: ReadonlySet<string>
}

const known = new WeakMap<GraphQLSchema, Facts>()

function factsOf(schema: GraphQLSchema): Facts {
  const facts = known.get(schema) ?? worked(schema)
  known.set(schema, facts)
  return facts
}

function worked(schema: GraphQLSchema): Facts {
  const types = Object.values(schema.getTypeMap())
  const args = types.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()).flatMap((field) => field.args) : []))
  const inputs: (GraphQLArgument | GraphQLInputField)[] = types.flatMap((type) => (isInputObjectType(type) ? Object.values(type.getFields()) : []))
  const pageSizes = new Set(args.filter(({ name }) => name === 'first').map(({ type }) => getNamedType(type).name))
  const defaulted = [...args, ...inputs].filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue !== undefined)
  return { pageSizes, defaulted: new Set(defaulted.map(({ type }) => getNamedType(type).name)) }
}
