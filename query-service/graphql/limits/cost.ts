import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { maxPageSize } from '../arguments.ts'

/** What an operation asks for, worked out before anything of it runs. */
export interface Cost {
  readonly depth: number
  readonly aliases: number
  /** Field values, a list's as often as its `first`. */
  readonly complexity: number
}

export type Variables = Readonly<Record<string, unknown>>
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** A list without paging (an agent's apps, say) has seldom more. */
const plainListSize = 10
/** Introspection asks for few fields that answer a lot; graphql's own rule bounds its nesting. */
const introspectionFieldCost = 100
const nothing: Cost = { depth: 0, aliases: 0, complexity: 0 }

export function operationCost(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments, variables: Variables): Cost {
  const memo = new Map<string, Cost>()

  function ofSelections({ selections }: SelectionSetNode, parent: GraphQLObjectType | null, pageSize: number): Cost {
    let [depth, aliases, complexity] = [0, 0, 0]
    for (const selection of selections) {
      const cost = ofSelection(selection, parent, pageSize)
      depth = Math.max(depth, cost.depth)
      aliases += cost.aliases
      complexity += cost.complexity
    }
    return { depth, aliases, complexity }
  }

  function ofSelection(selection: SelectionSetNode['selections'][number], parent: GraphQLObjectType | null, pageSize: number): Cost {
    switch (selection.kind) {
      case Kind.FIELD:
        return ofField(selection, parent, pageSize)
      case Kind.INLINE_FRAGMENT:
        return ofSelections(selection.selectionSet, objectType(schema, selection.typeCondition?.name.value) ?? parent, pageSize)
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(selection.name.value, pageSize)
    }
  }

  /** Once per page size: fragments that spread others twice would double the work at each level. */
  function ofFragment(name: string, pageSize: number): Cost {
    const key = `${name} ${pageSize}`
    const known = memo.get(key)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return nothing
    // A fragment that spreads itself is refused by validation; here it must only end.
    memo.set(key, nothing)
    const cost = ofSelections(fragment.selectionSet, objectType(schema, fragment.typeCondition.name.value), pageSize)
    memo.set(key, cost)
    return cost
  }

  function ofField(node: FieldNode, parent: GraphQLObjectType | null, pageSize: number): Cost {
    const alias = node.alias ? 1 : 0
    const field = parent?.getFields()[node.name.value]
    if (!field) return ofIntrospection(node, alias)
    if (!node.selectionSet) return { depth: 1, aliases: alias, complexity: 1 }
    const type = getNamedType(field.type)
    const inner = ofSelections(node.selectionSet, isObjectType(type) ? type : null, firstOf(node, field, variables))
    return { depth: inner.depth + 1, aliases: inner.aliases + alias, complexity: 1 + inner.complexity * timesOf(node, field, pageSize, variables) }
  }

  function ofIntrospection(node: FieldNode, alias: number): Cost {
    if (!node.selectionSet) return { depth: 0, aliases: alias, complexity: 1 }
    const inner = ofSelections(node.selectionSet, null, 1)
    return { depth: 0, aliases: inner.aliases + alias, complexity: inner.complexity + introspectionFieldCost }
  }

  const roots = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }
  return ofSelections(operation.selectionSet, roots[operation.operation] ?? null, 1)
}

function objectType(schema: GraphQLSchema, name: string | undefined): GraphQLObjectType | null {
  const type = name === undefined ? undefined : schema.getType(name)
  return isObjectType(type) ? type : null
}

/** The page size that a connection's `nodes` and `edges` have; a size that is refused later counts as the largest. */
function firstOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number {
  const definition = field.args.find(({ name }) => name === 'first')
  if (!definition) return plainListSize
  const given = argumentOf(node, 'first', variables)
  const first = typeof given === 'number' ? given : (definition.defaultValue as number)
  return Math.min(Math.max(first, 1), maxPageSize)
}

/** How many values of a field's selection there may be. */
function timesOf(node: FieldNode, field: GraphQLField<unknown, unknown>, pageSize: number, variables: Variables): number {
  const type = isNonNullType(field.type) ? field.type.ofType : field.type
  if (!isListType(type)) return 1
  if (!field.args.some(({ name }) => name === 'inputs')) return pageSize
  const inputs = argumentOf(node, 'inputs', variables)
  return Array.isArray(inputs) ? inputs.length : 1
}

/** Of an argument only what counts here: a whole number, or how many items a list has. */
function argumentOf(node: FieldNode, name: string, variables: Variables): unknown {
  const value: ValueNode | undefined = node.arguments?.find((argument) => argument.name.value === name)?.value
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value]
  if (value?.kind === Kind.INT) return Number(value.value)
  return value?.kind === Kind.LIST ? value.values : undefined
}
