import { until } from '@elves/core/foundation/waiting.ts'

const patienceMs = 60_000

/** Waits until `ask` answers something; throws with `what` when that takes too long. */
export async function waitForAnswer<Answer>(what: string, ask: () => Promise<Answer | null>): Promise<Answer> {
  let answer: Answer | null = null
  const isThere = async () => {
    answer = await ask()
    return answer !== null
  }
  if (!(await until(isThere, patienceMs)) || answer === null) throw new Error(`waited ${patienceMs / 1000} s for ${what}`)
  return answer
}
