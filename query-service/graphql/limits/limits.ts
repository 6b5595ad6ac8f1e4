import type { AnswerBudget } from './answer-budget.ts'
import type { Cost } from './cost.ts'
import { tooComplex } from './document-limits.ts'

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
