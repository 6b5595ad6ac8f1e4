import { readFile } from 'node:fs/promises'
import { type Ended, lies } from '../e2e/many-tasks.ts'
import { waitFor } from '../support/wait-for.ts'
import { type GraphqlPlatform, tokenOf } from './steady-load.ts'

interface Shown {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string } | null
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

const pageSize = 100
const openStates = ['REQUESTED', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING']

/** Waits until no task is open; throws with some of the open ones. */
export async function untilAllEnded(platform: GraphqlPlatform, timeoutMs: number): Promise<void> {
  const query = `query ($states: [TaskState!], $notBefore: Position) {
    tasks(filter: { states: $states }, first: 5, notBefore: $notBefore) { nodes { id state agent { ip } requestedAt acknowledgedAt startedAt position } } }`
  await waitFor(
    async () => {
      const { headPosition } = (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform
      const { tasks } = await platform.graphql<{ tasks: { nodes: unknown[] } }>(query, { states: openStates, notBefore: headPosition })
      if (tasks.nodes.length > 0) throw new Error(`still open: ${JSON.stringify(tasks.nodes)}`)
      return true
    },
    { timeoutMs, everyMs: 500, what: 'the end of every task' },
  )
}

/** Returns what became of the tasks, by index: from the read models, and from the file in which the workers noted their runs. */
export async function whatBecame(platform: GraphqlPlatform, ids: readonly string[], file: string): Promise<readonly Ended[]> {
  const shown = await shownTasks(platform, ids)
  const marks = Map.groupBy(await tokensIn(file), (token) => token)
  return ids.map((id, index) => {
    const task = shown.get(id)
    if (task === undefined) throw new Error(`task ${id} is in no read model`)
    const starts = task.history.nodes.filter(({ type }) => type === 'TaskStarted').length
    return { id, state: task.state, failure: task.failure, starts, marks: marks.get(tokenOf(index))?.length ?? 0 }
  })
}

/** Returns the broken promises; there must be none. A LOST task counts too: nothing here makes an outcome unknown for good. */
export function brokenPromises(ended: readonly Ended[]): readonly string[] {
  const unknown = ended.filter(({ state }) => state === 'LOST').map(({ id, marks, starts }) => `${id} is LOST (${starts} starts, ${marks} marks)`)
  return [...lies(ended), ...unknown]
}

/** Counts the tasks by end. */
export function summary(ended: readonly Ended[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(ended, ({ state, failure }) => (failure === null ? state : `${state} ${failure.code}`))
  return Object.fromEntries([...groups].map(([end, tasks]) => [end, tasks.length]))
}

async function shownTasks(platform: GraphqlPlatform, ids: readonly string[]): Promise<ReadonlyMap<string, Shown>> {
  const query = `query ($ids: [ID!]!) { tasks(filter: { ids: $ids }, first: ${pageSize}) {
    nodes { id state failure { code } history(first: 20) { nodes { type } } } } }`
  const found = new Map<string, Shown>()
  for (let from = 0; from < ids.length; from += pageSize) {
    const page = await platform.graphql<{ tasks: { nodes: Shown[] } }>(query, { ids: ids.slice(from, from + pageSize) })
    for (const task of page.tasks.nodes) found.set(task.id, task)
  }
  return found
}

async function tokensIn(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')[0] ?? '']))
}
