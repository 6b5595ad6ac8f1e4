import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, getOperationAST, Kind, Location } from 'graphql'
import { type Cost, operationCost, type Variables } from './cost.ts'

/** What one request may cost, from the settings. */
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
}

/** A document with more is refused while it is parsed: 1 000 inputs as literals have about 20 000. */
export const maxTokens = 100_000
/** Deeper nesting could exhaust the parser's stack. */
const maxNesting = 200

export function newBudget(limits: QueryLimits): Budget {
  return { aliases: limits.maxAliases, complexity: limits.maxComplexity }
}

/** Before the parser: QUERY_TOO_COMPLEX for a text that nests too deeply. Brackets in texts count too, which does no harm in texts this deep. */
export function checkNesting(source: string): void {
  if (source.length <= 2 * maxNesting) return
  let nesting = 0
  for (let index = 0; index < source.length; index++) {
    const char = source.charCodeAt(index)
    if (char === 0x7b || char === 0x5b || char === 0x28) nesting++
    else if (char === 0x7d || char === 0x5d || char === 0x29) nesting--
    if (nesting > maxNesting) throw tooComplex(`the document nests deeper than ${maxNesting}`)
  }
}

/** Mercurius takes a document as JSON too, which no parser has checked: BAD_REQUEST. */
export function checkParsed(document: DocumentNode): void {
  if (!(document?.loc instanceof Location)) throw new ElvesError('BAD_REQUEST', 'the query is not a GraphQL document')
}

/** Takes what an operation costs from the budget, before anything runs; throws QUERY_TOO_COMPLEX. */
export function spend(
  budget: Budget,
  limits: QueryLimits,
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: Variables,
): void {
  const cost = costOf(schema, document, operationName, variables)
  if (cost.depth > limits.maxDepth) throw tooComplex(`the request is ${cost.depth} deep, at most ${limits.maxDepth} is allowed`)
  budget.aliases -= cost.aliases
  if (budget.aliases < 0) throw tooComplex(`the request has more than ${limits.maxAliases} aliases`)
  budget.complexity -= cost.complexity
  if (budget.complexity < 0) throw tooComplex(`the request may ask for more than ${limits.maxComplexity} field values`)
}

export function tooComplex(message: string): ElvesError {
  return new ElvesError('QUERY_TOO_COMPLEX', message)
}

interface Measured {
  readonly operationName: string | null
  readonly cost: Cost
}

/** Documents are cached by their text, and the cost of one without variables is always the same. */
const constantCosts = new WeakMap<DocumentNode, Measured>()

function costOf(schema: GraphQLSchema, document: DocumentNode, operationName: string | null, variables: Variables): Cost {
  const known = constantCosts.get(document)
  if (known && known.operationName === operationName) return known.cost
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new ElvesError('BAD_REQUEST', 'the document has no such operation, or several and none is named')
  const fragments = new Map(document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]))
  const cost = operationCost(schema, operation, fragments, variables)
  if (isConstant(operation.variableDefinitions ?? [])) constantCosts.set(document, { operationName, cost })
  return cost
}

type VariableDefinitions = NonNullable<NonNullable<ReturnType<typeof getOperationAST>>['variableDefinitions']>

/** Only whole numbers (page sizes) and lists (inputs) can change a cost. */
function isConstant(definitions: VariableDefinitions): boolean {
  return definitions.every(({ type }) => {
    const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type
    return inner.kind === Kind.NAMED_TYPE && inner.name.value !== 'Int'
  })
}

function isFragment(definition: DocumentNode['definitions'][number]): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION
}
