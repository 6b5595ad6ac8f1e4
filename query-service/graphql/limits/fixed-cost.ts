import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'

/**
 * Returns true if the cost of an operation is the same for all variables that are coerced without an error: no list and no page size
 * can come from them, and graphql finds no fault with them where they are used.
 */
export function isCostFixed(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.every(({ type, defaultValue }) => {
    let named = type
    while (named.kind !== Kind.NAMED_TYPE) {
      if (named.kind === Kind.LIST_TYPE) return false
      named = named.type
    }
    // Another value than null could stand where null may not: validation lets a variable with a default through.
    if (defaultValue !== undefined) return false
    const { fixed, defaulted } = factsOf(schema)
    return fixed.has(named.name.value) && (type.kind === Kind.NON_NULL_TYPE || !defaulted.has(named.name.value))
  })
}

interface Facts {
  /** Names of the types whose values have no part in the cost. */
  readonly fixed: ReadonlySet<string>
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
  const fixed = types.filter((type) => !pageSizes.has(type.name) && !(isInputObjectType(type) && hasList(type, new Set())))
  const defaulted = [...args, ...inputs].filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue !== undefined)
  return { fixed: new Set(fixed.map(({ name }) => name)), defaulted: new Set(defaulted.map(({ type }) => getNamedType(type).name)) }
}

function hasList(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  if (isListType(type)) return true
  if (isNonNullType(type)) return hasList(type.ofType, seen)
  if (!isInputObjectType(type) || seen.has(type)) return false
  seen.add(type)
  return Object.values(type.getFields()).some((field) => hasList(field.type, seen))
}
