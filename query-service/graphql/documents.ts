import { hash } from 'node:crypto'
import { gauge, type LabelledCounter, labelledCounter } from '@elves/core/foundation/metrics.ts'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import type { PlannedOperation } from './execution/planned-execution.ts'
import { type PlanRoom, selectionPlan } from './execution/selection-plan.ts'
import { type RootField, rootFields } from './graphql-metrics.ts'
import { type SourcedVariable, sourcedVariables } from './json-text/json-text.ts'
import { type CoercedVariables, type Cost, isCostFixed, mayHoldList, operationCost } from './limits/cost.ts'
import { checkDocumentText, checkSize, parsedDocument, selectionsOfDocument } from './limits/document-limits.ts'

export interface DocumentsOptions {
  readonly schema: GraphQLSchema
  readonly isIntrospectable: boolean
  readonly registry: Registry
}

/** Limit for all documents that are kept, in bytes of memory. */
const cachedBytes = 16 * 1024 * 1024
/** A larger document is parsed each time: it would push out many documents that come often. */
const largestCachedBytes = 1024 * 1024
/** Measured: a token with its location takes 260 to 330 bytes in the parsed document. */
const bytesPerToken = 350
/** Reckoned for what the plan of its execution keeps. */
const bytesPerSelection = 1_000
/** Number of places for marks of documents that came once; a document's hash selects its place. */
const rememberedOnce = 4_096

/**
 * Parses and validates documents. A document is kept only when it comes a second time, and all kept ones are bounded by
 * bytes, so a client that always sends new documents fills nothing. What the execution has looked up for a document lives as
 * long as the document.
 */
export class Documents {
  readonly #schema: GraphQLSchema
  readonly #rules: readonly ValidationRule[]
  readonly #kept: LRUCache<string, DocumentNode>
  readonly #seen = new Uint32Array(rememberedOnce)
  readonly #asked: LabelledCounter<'result'>

  constructor({ schema, isIntrospectable, registry }: DocumentsOptions) {
    this.#schema = schema
    this.#rules = isIntrospectable ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
    this.#kept = new LRUCache({ maxSize: cachedBytes, maxEntrySize: largestCachedBytes, sizeCalculation: bytesOf })
    this.#asked = this.#metrics(registry)
  }

  /** Returns the parsed and validated document. Throws QUERY_TOO_COMPLEX, a syntax error, or one error with all errors of validation. */
  prepared(text: string): DocumentNode {
    const kept = this.#kept.get(text)
    if (kept) {
      this.#asked.inc({ result: 'kept' })
      return kept
    }
    this.#asked.inc({ result: 'parsed' })
    checkDocumentText(text)
    const document = parsedDocument(text)
    checkSize(document)
    const errors = validate(this.#schema, document, this.#rules)
    if (errors.length > 0) throw new AggregateError(errors, 'the document is not valid')
    if (this.#cameBefore(text)) this.#kept.set(text, document)
    return document
  }

  #cameBefore(text: string): boolean {
    const digest = hash('sha1', text, 'buffer')
    const place = digest.readUInt32LE(0) % rememberedOnce
    const mark = digest.readUInt32LE(4)
    if (this.#seen[place] === mark) return true
    this.#seen[place] = mark
    return false
  }

  #metrics(registry: Registry): LabelledCounter<'result'> {
    const kept = this.#kept
    gauge(registry, 'elves_graphql_documents_kept_bytes', 'Parsed GraphQL documents that are kept, in bytes of memory.', () => kept.calculatedSize)
    return labelledCounter(registry, {
      name: 'elves_graphql_documents_total',
      help: 'GraphQL documents by whether they were kept already or had to be parsed.',
      labels: { result: ['kept', 'parsed'] },
    })
  }
}

function bytesOf(document: DocumentNode, text: string): number {
  return 512 + 2 * text.length + bytesPerToken * (document.tokenCount ?? text.length) + bytesPerSelection * selectionsOfDocument(document)
}

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
