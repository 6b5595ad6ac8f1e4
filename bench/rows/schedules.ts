import type { GraphqlClient } from '../graphql-client.ts'

/** What the rows of schedules share: making schedules in bulk over GraphQL. */

export const schedulingClients = 32
const create = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } refusal { code message } } }'

interface Answer {
  readonly createSchedule: { readonly schedule: { readonly id: string } | null; readonly refusal: object | null }
}

/** Makes `count` schedules of one rule in UTC, spread over the agents; returns their ids. */
export async function makeSchedules(client: GraphqlClient, agentIds: readonly string[], rule: string, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      const agent = agentIds[next++ % agentIds.length]
      const input = { rule, timeZone: 'UTC', agent, app: 'bench', func: 'noop' }
      const { createSchedule } = await client.request<Answer>(create, { input })
      if (!createSchedule.schedule) throw new Error(`a schedule was refused: ${JSON.stringify(createSchedule.refusal)}`)
      ids.push(createSchedule.schedule.id)
    }
  }
  await Promise.all(Array.from({ length: schedulingClients }, work))
  return ids
}

/** The rule that fires once, at an instant. */
export function ruleAt(instant: number): string {
  const at = new Date(instant)
  const time = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()}`
  return `${time} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ? ${at.getUTCFullYear()}`
}
