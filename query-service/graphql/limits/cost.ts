import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
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
import type { AnswerBudget } from './answer-budget.ts'
import { tooComplex } from './document-limits.ts'

/** The cost of an operation, calculated before it runs. */
export interface Cost {
  readonly depth: number
  readonly aliases: number
  /** Number of field values, those in a list counted once per possible item, plus the items of every list in the arguments. */
  readonly complexity: number
}

/** The limits of one request, from the settings. */
export interface QueryLimits {
  readonly maxDepth: number
  readonly maxComplexity: number
  readonly maxAliases: number
  readonly maxBatch: number
}

/** What is left of a request's limits. */
export interface Budget {
  aliases: number
  complexity: number
  readonly answer: AnswerBudget
}

export function newBudget(limits: QueryLimits, answer: AnswerBudget): Budget {
  return { aliases: limits.maxAliases, complexity: limits.maxComplexity, answer }
}

/** Takes the cost of an operation from the budget before it runs. Throws QUERY_TOO_COMPLEX. */
export function spend(budget: Budget, limits: QueryLimits, cost: Cost): void {
  if (cost.depth > limits.maxDepth) throw tooComplex(`the request is ${cost.depth} deep, at most ${limits.maxDepth} is allowed`)
  budget.aliases -= cost.aliases
  if (budget.aliases < 0) throw tooComplex(`the request has more than ${limits.maxAliases} aliases`)
  budget.complexity -= cost.complexity
  if (budget.complexity < 0) throw tooComplex(`the request may ask for more than ${limits.maxComplexity} field values`)
}

/** Variables as the execution sees them: coerced, with the defaults of their definitions. */
export type CoercedVariables = { readonly [name: string]: unknown }
export type Arguments = { readonly [name: string]: unknown }
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** A thing as it was is folded from a whole stream, which costs as much as so many field values. */
const foldCost = 10
/** Fields that fold, by `Type.field`; a list of the past folds, too. */
const foldingFields: ReadonlySet<string> = new Set(['StreamChange.stateBefore', 'StreamChange.stateAfter'])
/** Assumed size of a list without paging, an agent's apps for example; few have more. */
const plainListSize = 10
/** In introspection, a few fields return a lot. A rule of graphql itself bounds its nesting. */
const introspectionFieldCost = 100
const nothing: Cost = { depth: 0, aliases: 0, complexity: 0 }

/** Returns the cost of a valid operation. Fields that `@skip` and `@include` leave out count as well. */
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

  /** Calculated once per page size; otherwise fragments that spread others twice would double the work at each level. */
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
    const items = itemsOf(field, given) + foldsOf(field, node, parent, given)
    if (!node.selectionSet) return { depth: 1, aliases: alias, complexity: 1 + items }
    const type = getNamedType(field.type)
    const inner = ofSelections(node.selectionSet, isObjectType(type) ? type : null, pageSizeOf(field, given))
    const times = timesOf(field, given, itemsOf(field, given), pageSize)
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

/** Returns the page size of a connection, which its `nodes` and `edges` have. A size that will be refused counts as the largest. */
function pageSizeOf(field: GraphQLField<unknown, unknown>, given: Arguments): number {
  const first = given['first']
  if (typeof first === 'number') return Math.min(Math.max(first, 1), maxPageSize)
  // A `null` means the default page size, which only the resolver knows; no default is larger than this.
  return field.args.some(({ name }) => name === 'first') ? largestDefaultPage : plainListSize
}

const largestDefaultPage = 100

/** Counts what a field folds itself. An `asOf` counts also where its variable is null: the cost of a document shall not hang on it. */
function foldsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, parent: GraphQLObjectType | null, given: Arguments): number {
  if (foldingFields.has(`${parent?.name}.${field.name}`)) return foldCost
  const isOfPast = node.arguments?.some(({ name }) => name.value === 'asOf') ?? false
  const isPaged = field.args.some(({ name }) => name === 'first')
  return isOfPast ? foldCost * (isPaged ? pageSizeOf(field, given) : 1) : 0
}

/** Returns how often the selection of a field may be in the answer. */
function timesOf(field: GraphQLField<unknown, unknown>, given: Arguments, items: number, pageSize: number): number {
  if (!isListType(isNonNullType(field.type) ? field.type.ofType : field.type)) return 1
  if (typeof given['first'] === 'number') return pageSizeOf(field, given)
  return field.args.some(({ type }) => isListType(isNonNullType(type) ? type.ofType : type)) ? items : pageSize
}

/** Counts the items of all lists in a field's arguments, also within input objects, but not within scalars. */
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
  return fieldsWithItems(type).reduce((sum, field) => sum + itemsIn(field.type, (value as Arguments)[field.name]), 0)
}

const withItems = new WeakMap<GraphQLInputObjectType, readonly GraphQLInputField[]>()

/** Returns the fields of an input object in which a list may be. A call with 1 000 inputs asks for each of them. */
function fieldsWithItems(type: GraphQLInputObjectType): readonly GraphQLInputField[] {
  let fields = withItems.get(type)
  if (!fields) {
    fields = Object.values(type.getFields()).filter((field) => mayHaveItems(field.type, new Set()))
    withItems.set(type, fields)
  }
  return fields
}

function mayHaveItems(type: GraphQLInputType, within: ReadonlySet<GraphQLInputObjectType>): boolean {
  if (isNonNullType(type)) return mayHaveItems(type.ofType, within)
  if (isListType(type)) return true
  if (!isInputObjectType(type) || within.has(type)) return false
  return Object.values(type.getFields()).some((field) => mayHaveItems(field.type, new Set([...within, type])))
}

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
