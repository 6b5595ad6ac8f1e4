import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import type { AnswerBudget } from './limits/answer-budget.ts'

/** Counts an answer as on its way until it is sent, or its client has gone. How long that may take is the server's. */
export function heldUntilSent(response: ServerResponse, answer: AnswerBudget): AnswerBudget {
  finished(response, () => answer.release())
  return answer
}
