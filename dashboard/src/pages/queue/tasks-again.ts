import type { QueueTaskInput, QueueTasksAgainQuery } from '../../../generated/operations.ts'

export type EndedTask = NonNullable<QueueTasksAgainQuery['queue']>['tasks']['nodes'][number]

/**
 * The tasks that did not succeed, each after those of them that it waits for. The id of the task before is its key here; what it waited
 * for and has succeeded is no longer waited for.
 */
export function tasksAgain(tasks: readonly EndedTask[]): QueueTaskInput[] {
  const left = new Map(tasks.filter(({ state }) => state !== 'SUCCEEDED').map((task) => [task.id, task]))
  const parentsOf = ({ parents }: EndedTask) => parents.map(({ id }) => id).filter((id) => left.has(id))
  const childrenOf = Map.groupBy(
    [...left.values()].flatMap((child) => parentsOf(child).map((parent) => ({ parent, child }))),
    ({ parent }) => parent,
  )
  const waitsFor = new Map([...left.values()].map((task) => [task.id, parentsOf(task).length]))
  const ready = [...left.values()].filter(({ id }) => waitsFor.get(id) === 0)
  // It grows while it is gone through.
  for (const task of ready) {
    for (const { child } of childrenOf.get(task.id) ?? []) {
      const still = (waitsFor.get(child.id) ?? 0) - 1
      waitsFor.set(child.id, still)
      if (still === 0) ready.push(child)
    }
  }
  return ready.map((task) => {
    const { id, agentId, app, func, param, proxy, processor, timeoutMs, startWithinMs, retry } = task
    const dependsOn = parentsOf(task)
    const what = { agent: agentId, app, func, param, proxy, processor, timeoutMs, startWithinMs, retry }
    return { key: id, ...(dependsOn.length > 0 && { dependsOn }), ...what }
  })
}
