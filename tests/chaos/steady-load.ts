import { setTimeout as pause } from 'node:timers/promises'
import { waitFor } from '../support/wait-for.ts'

/** The part of a platform that the load uses. */
export interface GraphqlPlatform {
  graphql<Data>(query: string, variables?: object): Promise<Data>
}

export interface SteadyLoadOptions {
  readonly platform: GraphqlPlatform
  /** Ids or ips; they get the tasks in turn. */
  readonly agents: readonly string[]
  readonly tasks: number
  /** Upper limit, so that the load lasts as long as the disturbances need. */
  readonly tasksPerSecond: number
  /** File in which the workers note that they ran, one line each. */
  readonly file: string
  readonly say: (text: string) => void
  /** First part of the idempotency keys; must differ between the loads on a platform. */
  readonly keys?: string
}

interface Payload {
  readonly task: { readonly id: string } | null
  readonly refusal: { readonly code: string } | null
}

const batchSize = 25
const batchesInFlight = 4
/** Refusals that pass: an agent that is down or counts as lost comes back. */
const passingRefusals = ['AGENT_OFFLINE', 'AGENT_UNKNOWN']
const mutation = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }'

/** Requests all tasks, a few batches at a time, and repeats each with the same keys until it is answered. Returns the ids by index. */
export async function steadyLoad(options: SteadyLoadOptions): Promise<readonly string[]> {
  const { tasks, tasksPerSecond, say } = options
  const ids = new Array<string>(tasks)
  const startedAt = performance.now()
  let next = 0
  let answered = 0
  async function work(): Promise<void> {
    while (next < tasks) {
      const from = next
      next += batchSize
      await pause(Math.max(0, startedAt + (from / tasksPerSecond) * 1000 - performance.now()))
      const indexes = Array.from({ length: Math.min(batchSize, tasks - from) }, (_, offset) => from + offset)
      for (const [offset, id] of (await requestUntilAnswered(options, indexes, ids)).entries()) ids[from + offset] = id
      answered += indexes.length
      if (answered % 500 === 0) say(`${answered} of ${tasks} tasks are requested`)
    }
  }
  await Promise.all(Array.from({ length: batchesInFlight }, work))
  return ids
}

/** The token that the worker of the task with this index writes. */
export function tokenOf(index: number): string {
  return `t${index}`
}

async function requestUntilAnswered(options: SteadyLoadOptions, indexes: readonly number[], known: readonly string[]): Promise<readonly string[]> {
  const { platform, agents, file, keys = 'chaos' } = options
  const found = new Map<number, string>()
  await waitFor(
    async () => {
      const open = indexes.filter((index) => !found.has(index))
      const inputs = open.map((index) => ({
        agent: agents[index % agents.length],
        app: 'apptest',
        func: 'mark',
        // Some tasks take long enough that a disturbance comes while they run.
        param: { file, token: tokenOf(index), seconds: index % 10 === 0 ? 0.5 : 0 },
        wait: false,
        idempotencyKey: `${keys}-${index}`,
      }))
      const { runTasks } = await platform.graphql<{ runTasks: Payload[] }>(mutation, { inputs })
      for (const [nth, { task, refusal }] of runTasks.entries()) {
        const index = open[nth] as number
        if (task) found.set(index, sameAs(known[index], task.id))
        else if (!passingRefusals.includes(refusal?.code ?? '')) throw new Error(`task ${index} was refused: ${refusal?.code}`)
      }
      return found.size === indexes.length
    },
    { timeoutMs: 300_000, everyMs: 250, what: 'an answer to every request of a batch' },
  )
  return indexes.map((index) => found.get(index) as string)
}

function sameAs(known: string | undefined, id: string): string {
  if (known !== undefined && known !== id) throw new Error(`one idempotency key made two tasks: ${known} and ${id}`)
  return id
}
