import { until } from '@elves/core/foundation/waiting.ts'
import type { Ready } from '../ready-file.ts'

/** Asks the platform over GraphQL; throws if the answer has errors. */
export async function askPlatform<Data>({ graphqlUrl, token }: Ready, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
  if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
  return data
}

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
