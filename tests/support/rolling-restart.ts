import { randomUUID } from 'node:crypto'
import type { Launched } from '@elves/standalone/launched.ts'
import { type ClusterReady, type ScaledService, scaledServices } from '@elves/standalone/ready-file.ts'
import { headersOf } from './doors.ts'
import { waitFor } from './wait-for.ts'

export interface OneAfterTheOther {
  readonly cluster: Pick<Launched<ClusterReady>, 'ready' | 'readyNow'>
  readonly say?: (text: string) => void
}

/** Sends SIGTERM to each instance of each service, to the next one when the last is ready again, as an upgrade does. */
export async function rollingRestart({ cluster, say = () => undefined }: OneAfterTheOther): Promise<void> {
  for (const service of scaledServices) {
    for (const [index, url] of cluster.ready.instances[service].entries()) {
      const pid = await pidOf(cluster, service, index)
      say(`restarting ${service} ${index + 1}`)
      process.kill(pid, 'SIGTERM')
      const slowly = { timeoutMs: 60_000, everyMs: 50 }
      await waitFor(async () => (await pidOf(cluster, service, index)) !== pid, { ...slowly, what: `a new ${service} ${index + 1}` })
      const isReady = async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
      await waitFor(isReady, { ...slowly, what: `${url}/readyz` })
    }
  }
}

async function pidOf({ readyNow }: OneAfterTheOther['cluster'], service: ScaledService, index: number): Promise<number> {
  const now = await waitFor(readyNow, { timeoutMs: 60_000, what: 'cluster.json' })
  return now.pids[service][index] ?? 0
}

export interface RetryingLoad {
  /** Resolves when the tasks under way have their answers. */
  stop(): Promise<LoadOutcome>
}

export interface LoadOutcome {
  readonly tasks: number
  /** Tasks whose first request failed. */
  readonly retried: number
  /** Tasks that had no good answer after one retry with the same idempotency key. */
  readonly failures: readonly string[]
  /** Longest time from the first request of a task to its answer, ms. */
  readonly longestMs: number
}

interface Answer {
  readonly data?: {
    readonly runTask: { readonly task: { readonly state: string } | null; readonly refusal: { readonly code: string } | null }
  } | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
}

const mutation = `mutation ($agent: String!, $key: String!) {
  runTask(input: { agent: $agent, app: "apptest", func: "helloword", idempotencyKey: $key }) { task { state } refusal { code } } }`
const retryAfterMs = 500

/** Starts clients that run one instant task after the other; each retries a failed request once, with the same key. */
export function retryingLoad(door: Pick<ClusterReady, 'graphqlUrl' | 'token'>, agents: readonly string[], clients: number): RetryingLoad {
  const failures: string[] = []
  let tasks = 0
  let retried = 0
  let longestMs = 0
  let isStopping = false

  async function request(agent: string, key: string): Promise<string | null> {
    try {
      const response = await fetch(door.graphqlUrl, {
        method: 'POST',
        headers: headersOf(door),
        body: JSON.stringify({ query: mutation, variables: { agent, key } }),
        signal: AbortSignal.timeout(60_000),
      })
      const { data, errors } = (await response.json()) as Answer
      const state = data?.runTask.task?.state
      return state === 'SUCCEEDED' ? null : `${state ?? data?.runTask.refusal?.code ?? errors?.[0]?.extensions?.code ?? 'no answer'}`
    } catch (error) {
      return String((error as Error).cause ?? error)
    }
  }

  async function client(number: number): Promise<void> {
    for (let nth = number; !isStopping; nth++) {
      const agent = agents[nth % agents.length] ?? ''
      const key = randomUUID()
      const startedAt = performance.now()
      const first = await request(agent, key)
      if (first !== null) {
        retried += 1
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs))
        const second = await request(agent, key)
        if (second !== null) failures.push(`${first}, then ${second}`)
      }
      tasks += 1
      longestMs = Math.max(longestMs, performance.now() - startedAt)
    }
  }

  const running = Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
  return {
    async stop() {
      isStopping = true
      await running
      return { tasks, retried, failures, longestMs }
    },
  }
}
