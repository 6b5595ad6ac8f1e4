import { createHash } from 'node:crypto'
import { askPlatform } from '../ask-platform.ts'
import type { Ready } from '../ready-file.ts'
import type { HistoryEvent } from './history-table.ts'

export interface Ran {
  readonly id: string
  readonly message: string
}

const app = 'apptest'
const func = 'helloword'

/** Runs apptest.helloword with a signed REST v2 request. */
export async function runOverRest({ url, authId, authKey, agents }: Ready): Promise<Ran> {
  const path = '/api/v2/rt/exec'
  const timestamp = Math.floor(Date.now() / 1000)
  const query = `app=${app}&auth_id=${authId}&func=${func}&ip=${agents[0]?.ip}&timestamp=${timestamp}`
  const sign = createHash('md5').update(`${path}?${query}${authKey}`).digest('hex')
  const response = await fetch(`${url}${path}?${query}&sign_type=md5&sign=${sign}`)
  const answer = (await response.json()) as { flag: string; error: string; result?: { id: string; worker_flag: string; worker_message: string } }
  if (answer.result?.worker_flag !== '1') throw new Error(`REST v2 answered ${JSON.stringify(answer)}`)
  return { id: answer.result.id, message: answer.result.worker_message }
}

/** Runs apptest.helloword with the mutation `runTask`. */
export async function runOverGraphql(ready: Ready): Promise<Ran> {
  const mutation = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id state result { message } } refusal { code message } } }`
  const data = await askPlatform<{ runTask: { task: { id: string; state: string; result: { message: string } | null } | null } }>(ready, mutation, {
    input: { agent: ready.agents[0]?.ip, app, func, param: {} },
  })
  const { task } = data.runTask
  if (task?.state !== 'SUCCEEDED' || task.result === null) throw new Error(`GraphQL answered ${JSON.stringify(data)}`)
  return { id: task.id, message: task.result.message }
}

/** Returns the events of a task, oldest first. Waits until the query side has reached the log's end. */
export async function taskHistory(ready: Ready, id: string): Promise<readonly HistoryEvent[]> {
  const position = (await askPlatform<{ platform: { headPosition: string } }>(ready, '{ platform { headPosition } }', {})).platform.headPosition
  const query = `query ($streams: [String!]!, $notBefore: Position) {
    events(filter: { streams: $streams }, order: OLDEST_FIRST, notBefore: $notBefore) { nodes { type recordedAt actor { kind id name } data } } }`
  const variables = { streams: [`task-${id}`], notBefore: position }
  return (await askPlatform<{ events: { nodes: HistoryEvent[] } }>(ready, query, variables)).events.nodes
}
