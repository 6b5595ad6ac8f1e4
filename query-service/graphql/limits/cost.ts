import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { maxPageSize } from '../arguments.ts'

/** What an operation asks for, worked out before anything of it runs. */
export interface Cost {
  readonly depth: number
  readonly aliases: number
  /** Field values, a list's as often as it may have items, and the items of every list that is given. */
  readonly complexity: number
}

/** As the execution will see them: coerced, with the defaults of their definitions. */
export type CoercedVariables = { readonly [name: string]: unknown }
type Arguments = { readonly [name: string]: unknown }
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** A list without paging (an agent's apps, say) has seldom more. */
const plainListSize = 10
/** Introspection asks for few fields that answer a lot; graphql's own rule bounds its nesting. */
const introspectionFieldCost = 100
const nothing: Cost = { depth: 0, aliases: 0, complexity: 0 }

/** Of a valid operation. What `@skip` and `@include` leave out counts all the same. */
export function operationCost(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments, variables: CoercedVariables): Cost {
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
    const cost = ofSelections(fragment.selectionSet, objectType(schema, fragment.typeCondition.name.value), pageSize)
    memo.set(key, cost)
    return cost
  }

  function ofField(node: FieldNode, parent: GraphQLObjectType | null, pageSize: number): Cost {
    const alias = node.alias ? 1 : 0
    const field = parent?.getFields()[node.name.value]
    if (!field) return ofIntrospection(node, alias)
    const given = getArgumentValues(field, node, variables)
    const items = itemsOf(field, given)
    if (!node.selectionSet) return { depth: 1, aliases: alias, complexity: 1 + items }
    const type = getNamedType(field.type)
    const inner = ofSelections(node.selectionSet, isObjectType(type) ? type : null, pageSizeOf(field, given))
    const times = timesOf(field, given, items, pageSize)
    return { depth: inner.depth + 1, aliases: inner.aliases + alias, complexity: 1 + items + inner.complexity * times }
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
function pageSizeOf(field: GraphQLField<unknown, unknown>, given: Arguments): number {
  const first = given['first']
  if (typeof first === 'number') return Math.min(Math.max(first, 1), maxPageSize)
  // A `null` stands for the default of a page, which the resolver knows; no default is larger.
  return field.args.some(({ name }) => name === 'first') ? largestDefaultPage : plainListSize
}

const largestDefaultPage = 100

/** How many values of a field's selection there may be. */
function timesOf(field: GraphQLField<unknown, unknown>, given: Arguments, items: number, pageSize: number): number {
  if (!isListType(isNonNullType(field.type) ? field.type.ofType : field.type)) return 1
  if (typeof given['first'] === 'number') return pageSizeOf(field, given)
  return field.args.some(({ type }) => isListType(isNonNullType(type) ? type.ofType : type)) ? items : pageSize
}

/** Items of all lists that a field is given, those within its input objects too. What is within a scalar is no list here. */
function itemsOf(field: GraphQLField<unknown, unknown>, given: Arguments): number {
  let items = 0
  for (const { name, type } of field.args) items += itemsIn(type, given[name])
  return items
}

function itemsIn(type: GraphQLInputType, value: unknown): number {
  if (value === null || value === undefined) return 0
  if (isNonNullType(type)) return itemsIn(type.ofType, value)
  if (isListType(type)) {
    const list = value as readonly unknown[]
    return list.reduce<number>((sum, item) => sum + itemsIn(type.ofType, item), list.length)
  }
  if (!isInputObjectType(type)) return 0
  return Object.values(type.getFields()).reduce((sum, field) => sum + itemsIn(field.type, (value as Arguments)[field.name]), 0)
}
