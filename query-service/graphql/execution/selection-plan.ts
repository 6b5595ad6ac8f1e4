import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql'
import { type ArgumentsPlan, argumentsPlan } from './arguments-plan.ts'

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
