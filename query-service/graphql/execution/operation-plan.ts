import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { type RootField, rootFields } from '../graphql-metrics.ts'
import { type SourcedVariable, sourcedVariables } from '../json-text/json-text.ts'
import { type CoercedVariables, type Cost, isCostFixed, mayHoldList, operationCost } from '../limits/cost.ts'
import { selectionsOfDocument } from '../limits/document-limits.ts'
import type { PlannedOperation } from './planned-execution.ts'
import { type PlanRoom, selectionPlan } from './selection-plan.ts'

/** What is worked out once for an operation of a kept document. */
export class OperationPlan {
  readonly operation: OperationDefinitionNode
  readonly rootFields: readonly RootField[]
  /** The variables that have values of the scalar JSON. */
  readonly sourced: readonly SourcedVariable[]
  /** Null if graphql itself has to execute the operation. */
  readonly planned: PlannedOperation | null
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #hasFixedCost: boolean
  #cost: Cost | undefined

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, room: PlanRoom) {
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    this.operation = operation
    this.rootFields = rootFields(document, operation)
    this.sourced = sourcedVariables(schema, operation)
    this.#schema = schema
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
    this.#hasFixedCost = isCostFixed(schema, operation)
    this.planned = this.#plan(room)
  }

  /** Returns the cost, which may depend on the variables. */
  cost(variables: CoercedVariables): Cost {
    const isFixed = this.#hasFixedCost && !mayHoldList(variables)
    if (isFixed && this.#cost) return this.#cost
    const cost = operationCost(this.#schema, this.operation, this.#fragments, variables)
    if (isFixed) this.#cost = cost
    return cost
  }

  #plan(room: PlanRoom): PlannedOperation | null {
    const rootType = this.#schema.getRootType(this.operation.operation)
    if (!rootType || this.operation.operation === OperationTypeNode.SUBSCRIPTION || !isPlannable(this.#schema)) return null
    const fields = selectionPlan(this.operation, { fragments: this.#fragments, room }, rootType)
    const fragments = Object.assign(Object.create(null), Object.fromEntries(this.#fragments))
    return fields && { schema: this.#schema, operation: this.operation, fragments, rootType, fields }
  }
}

const plans = new WeakMap<OperationDefinitionNode, OperationPlan>()
const rooms = new WeakMap<DocumentNode, PlanRoom>()

/** Returns the plan of an operation; it lives as long as the document. */
export function planOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationPlan {
  const known = plans.get(operation)
  if (known) return known
  // The size that is reckoned for a document has a planned field for each selection.
  const room = rooms.get(document) ?? { left: selectionsOfDocument(document) }
  rooms.set(document, room)
  const plan = new OperationPlan(schema, document, operation, room)
  plans.set(operation, plan)
  return plan
}

const plannable = new WeakMap<GraphQLSchema, boolean>()

/** Returns false if a type of a value may only be known when the value is there. */
function isPlannable(schema: GraphQLSchema): boolean {
  const known = plannable.get(schema)
  if (known !== undefined) return known
  const own = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const isSo = own.every((type) => !isAbstractType(type) && !(isObjectType(type) && type.isTypeOf))
  plannable.set(schema, isSo)
  return isSo
}
