import type { QueuedTask } from '@elves/schemas/generated/types.ts'
import { type Rejection, rejection } from '../decision.ts'
import { checkText } from '../task/request.ts'
import { queueLimits } from './limits.ts'
import type { Lookup } from './lookup.ts'

/** A task that is to become part of a queue. */
export interface TaskToAdd {
  readonly taskId: string
  readonly key: string | null
  /** Keys or ids of tasks of the queue, those of the same call too. A key goes before an id. */
  readonly dependsOn: readonly string[]
}

/** What is in a queue already: the ids of its tasks, by id and by key. */
export interface QueueMembers {
  readonly ids: Lookup<true>
  readonly keys: Lookup<string>
}

/** Finds the parents of tasks, or says why the tasks can not be added: DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE, TASK_KEY_INVALID. */
export function placedTasks(tasks: readonly TaskToAdd[], members: QueueMembers): readonly QueuedTask[] | Rejection {
  const keys = new Map<string, string>()
  for (const [index, { key, taskId }] of tasks.entries()) {
    if (key === null) continue
    const invalid = checkKey(key, index, members, keys)
    if (invalid) return invalid
    keys.set(key, taskId)
  }
  const ids = new Set(tasks.map(({ taskId }) => taskId))
  const idOf = (name: string) => keys.get(name) ?? members.keys.get(name) ?? (ids.has(name) || members.ids.get(name) ? name : null)
  const placed: QueuedTask[] = []
  for (const [index, { taskId, key, dependsOn }] of tasks.entries()) {
    const field = `tasks.${index}.dependsOn`
    if (dependsOn.length > queueLimits.parents) {
      return rejection('DEPENDENCY_UNKNOWN', `a task depends on at most ${queueLimits.parents} tasks`, field)
    }
    const parents = new Set<string>()
    for (const name of dependsOn) {
      const id = idOf(name)
      if (id === null) return rejection('DEPENDENCY_UNKNOWN', `no task of this queue has the key or id ${name.slice(0, 64)}`, field)
      parents.add(id)
    }
    placed.push({ taskId, key, parents: [...parents] })
  }
  const cyclic = firstOfCycle(placed)
  return cyclic === null
    ? placed
    : rejection('DEPENDENCY_CYCLE', 'this task depends on itself, through other tasks or at once', `tasks.${cyclic}.dependsOn`)
}

function checkKey(key: string, index: number, { keys }: QueueMembers, others: ReadonlyMap<string, string>): Rejection | null {
  const field = `tasks.${index}.key`
  if (key.trim() === '' || key.length > queueLimits.keyLength) {
    return rejection('TASK_KEY_INVALID', `a key must not be blank and have at most ${queueLimits.keyLength} characters`, field)
  }
  if (keys.get(key) !== undefined || others.has(key)) return rejection('TASK_KEY_INVALID', 'this queue has a task with this key already', field)
  return checkText(field, key)
}

/**
 * Returns the index of a task that is on a cycle or hangs on one; null if there is none. Only the tasks of one call can depend on each
 * other both ways: what was added before never depends on what is added later.
 */
function firstOfCycle(tasks: readonly QueuedTask[]): number | null {
  const indexes = new Map(tasks.map(({ taskId }, index) => [taskId, index]))
  const open = tasks.map(({ parents }) => parents.filter((id) => indexes.has(id)).length)
  const children = Map.groupBy(
    tasks.flatMap(({ parents }, child) => parents.flatMap((id) => indexes.get(id) ?? []).map((parent) => ({ parent, child }))),
    ({ parent }) => parent,
  )
  const free = open.flatMap((count, index) => (count === 0 ? [index] : []))
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    for (const { child } of children.get(next) ?? []) {
      open[child] = (open[child] ?? 0) - 1
      if (open[child] === 0) free.push(child)
    }
  }
  const cyclic = open.findIndex((count) => count > 0)
  return cyclic === -1 ? null : cyclic
}
