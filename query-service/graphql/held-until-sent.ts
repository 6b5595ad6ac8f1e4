import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import type { AnswerBudget } from './limits/answer-budget.ts'

/** A client that takes nothing of its answer for as long loses its connection: what is not sent yet is held for it. */
const stalledMs = 30_000

/** Counts an answer as on its way until it is sent, or its client has gone. */
export function heldUntilSent(response: ServerResponse, answer: AnswerBudget): AnswerBudget {
  finished(response, () => answer.release())
  return answer
}

/** To be called when the answer is there: before, silence is the work of the request. */
export function endWhereStalled(response: ServerResponse): void {
  response.setTimeout(stalledMs, () => response.destroy())
}
