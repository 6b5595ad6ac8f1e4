import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
  type ValueNode,
  valueFromAST,
} from 'graphql'
import type { Arguments, CoercedVariables } from '../limits/cost.ts'

/** How many more planned fields may be kept for a document. */
export interface PlanRoom {
  left: number
}

interface Document {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly room: PlanRoom
}

/** A field in one place of a document: what its execution needs, looked up once. */
export interface PlannedField {
  /** Its name in the answer. */
  readonly key: string
  readonly nodes: FieldNode[]
  readonly field: GraphQLField<unknown, unknown>
  readonly parentType: GraphQLObjectType
  readonly args: ArgumentsPlan
  /** True if the value is a property of its parent and nothing else takes part. */
  readonly isPlain: boolean
  readonly shape: ValueShape
}

/** How a value becomes a part of the answer. */
export interface ValueShape {
  readonly type: GraphQLOutputType
  readonly isNonNull: boolean
  readonly list: ValueShape | null
  readonly leaf: GraphQLLeafType | null
  /** Planned when a value first gets there, and kept while there is room: a few fragments that spread each other stand for very many fields. */
  readonly fields: () => readonly PlannedField[]
}

/**
 * Returns the fields of an operation's root, or null if it has something that is not planned: directives, introspection, types
 * that are not known before the execution. graphql itself executes such operations.
 */
export function selectionPlan(operation: OperationDefinitionNode, document: Document, root: GraphQLObjectType): readonly PlannedField[] | null {
  const sets = [operation.selectionSet, ...[...document.fragments.values()].map(({ selectionSet }) => selectionSet)]
  return sets.every(isPlannable) ? fieldsOf([operation.selectionSet], root, document) : null
}

function isPlannable(first: SelectionSetNode): boolean {
  const sets = [first]
  for (let set = sets.pop(); set; set = sets.pop()) {
    for (const selection of set.selections) {
      if ((selection.directives?.length ?? 0) > 0 || isIntrospection(selection)) return false
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) sets.push(selection.selectionSet)
    }
  }
  return true
}

function isIntrospection(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && (selection.name.value === '__schema' || selection.name.value === '__type')
}

function fieldsOf(sets: readonly SelectionSetNode[], type: GraphQLObjectType, document: Document): readonly PlannedField[] {
  const nodesByKey = new Map<string, FieldNode[]>()
  const spread = new Set<string>()
  for (const set of sets) collect(set)
  document.room.left -= nodesByKey.size
  return [...nodesByKey].map(([key, nodes]) => plannedField(key, nodes, type, document))

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value
        const nodes = nodesByKey.get(key)
        if (nodes) nodes.push(selection)
        else nodesByKey.set(key, [selection])
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isOf(selection.typeCondition?.name.value)) collect(selection.selectionSet)
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value)
        const fragment = document.fragments.get(selection.name.value)
        if (fragment && isOf(fragment.typeCondition.name.value)) collect(fragment.selectionSet)
      }
    }
  }

  function isOf(condition: string | undefined): boolean {
    return condition === undefined || condition === type.name
  }
}

function plannedField(key: string, nodes: FieldNode[], parentType: GraphQLObjectType, document: Document): PlannedField {
  const [first] = nodes as [FieldNode]
  const name = first.name.value
  const field = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parentType.getFields()[name]
  if (!field) throw new TypeError(`${parentType.name} has no field ${name}`)
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  return {
    key,
    nodes,
    field,
    parentType,
    args: argumentsPlan(field, first),
    isPlain: !field.resolve && field.args.length === 0,
    shape: shapeOf(field.type, sets, document),
  }
}

function shapeOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[], document: Document): ValueShape {
  const nullable = isNonNullType(type) ? type.ofType : type
  let planned: readonly PlannedField[] | undefined
  return {
    type,
    isNonNull: isNonNullType(type),
    list: isListType(nullable) ? shapeOf(nullable.ofType, sets, document) : null,
    leaf: isLeafType(nullable) ? nullable : null,
    fields() {
      if (!isObjectType(nullable)) throw new TypeError(`${String(type)} is no type of objects`)
      if (planned) return planned
      const hasRoom = document.room.left > 0
      const fields = fieldsOf(sets, nullable, document)
      if (hasRoom) planned = fields
      return fields
    },
  }
}

/** Returns the arguments of a field of one document. Throws what graphql's `getArgumentValues` throws. */
type ArgumentsPlan = (variables: CoercedVariables) => Arguments

type Value = (variables: CoercedVariables) => unknown

/** A value that is not as usual: graphql itself decides then what comes of it. */
const unusual = Symbol('unusual')

/**
 * Plans the arguments of a field. Values without variables are worked out once, variables are handed on, as graphql does, which
 * has coerced them already. Whatever is missing or null where it may not be is left to graphql, so that its errors are the same.
 */
function argumentsPlan(field: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentsPlan {
  const slowly: ArgumentsPlan = (variables) => getArgumentValues(field, node, variables)
  const given = new Map((node.arguments ?? []).map(({ name, value }) => [name.value, value]))
  if (![...given.values()].some(hasVariable)) return withoutVariables(slowly)
  const plans = field.args.map((argument) => ({ name: argument.name, value: argumentValue(argument, given.get(argument.name)) }))
  return (variables) => {
    const args: Record<string, unknown> = {}
    for (const { name, value } of plans) {
      const found = value(variables)
      if (found === unusual) return slowly(variables)
      if (found !== undefined) args[name] = found
    }
    return args
  }
}

function withoutVariables(slowly: ArgumentsPlan): ArgumentsPlan {
  let args: Arguments | undefined
  return () => {
    args ??= slowly({})
    return { ...args }
  }
}

function argumentValue({ type, defaultValue }: GraphQLArgument, node: ValueNode | undefined): Value {
  return orDefault(node && planOfValue(node, type), type, defaultValue)
}

/** Takes the default where there is no value, or only a variable that was not given. The result is undefined if there is neither. */
function orDefault(value: Value | undefined, type: GraphQLInputType, defaultValue: unknown): Value {
  const instead = defaultValue === undefined && isNonNullType(type) ? unusual : defaultValue
  if (!value) return () => instead
  return (variables) => {
    const found = value(variables)
    return found === undefined ? instead : found
  }
}

function planOfValue(node: ValueNode, type: GraphQLInputType): Value {
  if (node.kind === Kind.VARIABLE) return variableValue(node.name.value, type)
  if (!hasVariable(node)) return literalValue(node, type)
  const nullable = isNonNullType(type) ? type.ofType : type
  if (node.kind === Kind.OBJECT && isInputObjectType(nullable)) return objectValue(node, nullable.getFields())
  return (variables) => orUnusual(valueFromAST(node, type, variables))
}

/** The value is undefined if the variable was not given. */
function variableValue(name: string, type: GraphQLInputType): Value {
  const isNonNull = isNonNullType(type)
  return (variables) => {
    const value = variables[name]
    return isNonNull && value === null ? unusual : value
  }
}

/** Works the value out at its first use: a scalar of the schema says what it is. */
function literalValue(node: ValueNode, type: GraphQLInputType): Value {
  let found: unknown
  return () => {
    found ??= orUnusual(valueFromAST(node, type))
    return found
  }
}

interface InputField {
  readonly name: string
  readonly type: GraphQLInputType
  readonly defaultValue?: unknown
}

function objectValue(node: ObjectValueNode, fields: { readonly [name: string]: InputField }): Value {
  const given = new Map(node.fields.map(({ name, value }) => [name.value, value]))
  const plans = Object.values(fields).map(({ name, type, defaultValue }) => {
    const value = given.get(name)
    return { name, value: orDefault(value && planOfValue(value, type), type, defaultValue) }
  })
  return (variables) => {
    const object: Record<string, unknown> = Object.create(null)
    for (const { name, value } of plans) {
      const found = value(variables)
      if (found === unusual) return unusual
      if (found !== undefined) object[name] = found
    }
    return object
  }
}

function orUnusual(value: unknown): unknown {
  return value === undefined ? unusual : value
}

function hasVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true
  if (node.kind === Kind.LIST) return node.values.some(hasVariable)
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => hasVariable(value))
}
