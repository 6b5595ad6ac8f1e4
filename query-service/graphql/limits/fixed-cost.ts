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
    return factsOf(schema).fixed.has(named.name.value) && (type.kind === Kind.NON_NULL_TYPE || !factsOf(schema).hasNonNullDefault)
  })
}

interface Facts {
  /** Names of the types whose values have no part in the cost. */
  readonly fixed: ReadonlySet<string>
  /** True if an argument that must not be null has a default: a variable that may be null is then allowed there. */
  readonly hasNonNullDefault: boolean
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
  const hasNonNullDefault = [...args, ...inputs].some(({ type, defaultValue }) => isNonNullType(type) && defaultValue !== undefined)
  return { fixed: new Set(fixed.map(({ name }) => name)), hasNonNullDefault }
}

function hasList(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  if (isListType(type)) return true
  if (isNonNullType(type)) return hasList(type.ofType, seen)
  if (!isInputObjectType(type) || seen.has(type)) return false
  seen.add(type)
  return Object.values(type.getFields()).some((field) => hasList(field.type, seen))
}
