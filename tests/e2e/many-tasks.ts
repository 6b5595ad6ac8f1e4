import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** What became of a task: its state, the failure, and the number of its starts in the log. */
export interface Ended {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string } | null
  readonly starts: number
  /** How often the worker noted on disk that it ran. */
  readonly marks: number
}

interface Payload {
  readonly task: { readonly id: string } | null
  readonly refusal: { readonly code: string } | null
}

const batchSize = 40

/** Many tasks of apptest.mark; each has its own idempotency key, and its own token in a common file. Their name is no other's. */
export class ManyTasks {
  readonly #platform: TestPlatform
  readonly #name: string
  readonly #count: number
  readonly #file: string

  constructor(platform: TestPlatform, name: string, count: number) {
    this.#platform = platform
    this.#name = name
    this.#count = count
    this.#file = join(platform.dataDir, `marks-${name}`)
  }

  /** Requests all tasks in concurrent batches; resolves with the ids by index, null for a batch that got no answer. */
  async request(): Promise<readonly (string | null)[]> {
    const batches = Array.from({ length: Math.ceil(this.#count / batchSize) }, (_, batch) => this.#requestBatch(batch * batchSize).catch(() => null))
    return (await Promise.all(batches)).flatMap((payloads) => payloads?.map(({ task }) => task?.id ?? null) ?? new Array<null>(batchSize).fill(null))
  }

  /** Repeats the requests until each has an answer; tasks that were requested before must be the same. */
  async requestUntilAnswered(): Promise<readonly string[]> {
    return waitFor(
      async () => {
        const ids = await this.request()
        return ids.every((id) => id !== null) ? (ids as string[]) : null
      },
      { timeoutMs: 60_000, everyMs: 200, what: 'an answer to every request' },
    )
  }

  /** Reads the tokens that workers have written, in order. */
  async marks(): Promise<readonly string[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[0] ?? '')
  }

  async untilMarked(count: number): Promise<void> {
    await waitFor(async () => (await this.marks()).length >= count, { timeoutMs: 60_000, what: `${count} marks` })
  }

  /** Waits until each task has ended; resolves with what became of each, in the order of the ids. */
  async untilEnded(ids: readonly string[]): Promise<readonly Ended[]> {
    await waitFor(
      async () => {
        const open = await this.#openTasks()
        if (open.length > 0) throw new Error(`still open: ${JSON.stringify(open)}`)
        return true
      },
      { timeoutMs: 150_000, everyMs: 200, what: 'the end of every task' },
    )
    const tasks = await this.#tasks(ids)
    const marks = Map.groupBy(await this.marks(), (token) => token)
    return ids.map((id, index) => {
      const task = tasks.get(id)
      if (task === undefined) throw new Error(`no task ${id}`)
      const starts = task.history.nodes.filter(({ type }) => type === 'TaskStarted').length
      return { id, state: task.state, failure: task.failure, starts, marks: marks.get(`t${index}`)?.length ?? 0 }
    })
  }

  async #requestBatch(from: number): Promise<readonly Payload[]> {
    const inputs = Array.from({ length: Math.min(batchSize, this.#count - from) }, (_, index) => ({
      agent: '127.0.0.1',
      app: 'apptest',
      func: 'mark',
      param: { file: this.#file, token: `t${from + index}`, seconds: 0.05 },
      wait: false,
      idempotencyKey: `${this.#name}-${from + index}`,
    }))
    const mutation = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }'
    return (await this.#platform.graphql<{ runTasks: Payload[] }>(mutation, { inputs })).runTasks
  }

  /** Returns some of the tasks that have not ended, as of the newest position. */
  async #openTasks(): Promise<readonly unknown[]> {
    const { headPosition } = (await this.#platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform
    const query = `query ($states: [TaskState!], $notBefore: Position) {
      tasks(filter: { apps: ["apptest"], states: $states }, first: 3, notBefore: $notBefore) { nodes { id state startedAt position } } }`
    const variables = { states: ['REQUESTED', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING'], notBefore: headPosition }
    return (await this.#platform.graphql<{ tasks: { nodes: unknown[] } }>(query, variables)).tasks.nodes
  }

  async #tasks(ids: readonly string[]): Promise<Map<string, Shown>> {
    const query = `query ($ids: [ID!]!) { tasks(filter: { ids: $ids }, first: 100) {
      nodes { id state failure { code } history(first: 20) { nodes { type } } } } }`
    const found = new Map<string, Shown>()
    for (let from = 0; from < ids.length; from += 100) {
      const page = await this.#platform.graphql<{ tasks: { nodes: Shown[] } }>(query, { ids: ids.slice(from, from + 100) })
      for (const task of page.tasks.nodes) found.set(task.id, task)
    }
    return found
  }
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string } | null
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

/** Returns the false claims about the tasks; there must be none. `failures`: codes that are true after what the test did. */
export function lies(ended: readonly Ended[], failures: readonly string[] = ['INTERRUPTED']): readonly string[] {
  return ended.flatMap((task) => {
    const { id, state, failure, starts, marks } = task
    const said = `${id} ${state} ${failure?.code ?? ''}`
    const found: string[] = []
    if (starts > 1) found.push(`${said}: ${starts} starts in the log`)
    if (marks > 1) found.push(`${said}: its worker ran ${marks} times`)
    if (state === 'SUCCEEDED' && marks !== 1) found.push(`${said}: its worker ran ${marks} times`)
    if (state === 'REJECTED' && marks !== 0) found.push(`${said}: its worker ran`)
    if (marks === 1 && starts === 0 && failure?.code !== 'OUTCOME_UNKNOWN') found.push(`${said}: it ran without a start in the log`)
    const isExpected = state === 'SUCCEEDED' || state === 'REJECTED' || state === 'LOST' || failures.includes(failure?.code ?? '')
    if (!isExpected) found.push(`${said}: nothing here makes that true`)
    return found
  })
}
