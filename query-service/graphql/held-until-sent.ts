import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import type { AnswerBudget } from './limits/answer-budget.ts'

/** Counts an answer as in flight until it is sent or the client is gone. The server limits how long that may take. */
export function heldUntilSent(response: ServerResponse, answer: AnswerBudget): AnswerBudget {
  finished(response, () => answer.release())
  return answer
}
