import type { GraphqlClient } from '../graphql-client.ts'

/** What the rows of queues share: filling a queue in bulk over GraphQL. */

/** Most tasks of one call. */
const addedAtOnce = 1_000
const create = 'mutation { changed: createQueue(input: { app: "bench" }) { queue { id } refusal { code message } } }'
const add = `mutation ($queue: ID!, $tasks: [QueueTaskInput!]!) {
  changed: addQueueTasks(input: { queue: $queue, tasks: $tasks }) { queue { id } refusal { code message } } }`
const commit = 'mutation ($queue: ID!) { changed: commitQueue(input: { queue: $queue }) { queue { id } refusal { code message } } }'

interface Answer {
  readonly changed: { readonly queue: { readonly id: string } | null; readonly refusal: object | null }
}

async function change(client: GraphqlClient, text: string, variables: object): Promise<string> {
  const { changed } = await client.request<Answer>(text, variables)
  if (!changed.queue) throw new Error(`a queue was refused: ${JSON.stringify(changed.refusal)}`)
  return changed.queue.id
}

/**
 * Makes a queue of `count` tasks, spread over the agents; every other one hangs on the one before it. It does not run until it is
 * committed. `onAdded` gets the time that each call took, in ms.
 */
export async function filledQueue(
  client: GraphqlClient,
  agentIds: readonly string[],
  count: number,
  onAdded: (ms: number) => void = () => undefined,
): Promise<string> {
  const queue = await change(client, create, {})
  for (let first = 0; first < count; first += addedAtOnce) {
    const tasks = Array.from({ length: Math.min(addedAtOnce, count - first) }, (_, offset) => {
      const index = first + offset
      return { key: `t${index}`, agent: agentIds[index % agentIds.length], func: 'noop', dependsOn: index % 2 === 1 ? [`t${index - 1}`] : [] }
    })
    const startedAt = performance.now()
    await change(client, add, { queue, tasks })
    onAdded(performance.now() - startedAt)
  }
  return queue
}

export async function commitFilled(client: GraphqlClient, queue: string): Promise<void> {
  await change(client, commit, { queue })
}
