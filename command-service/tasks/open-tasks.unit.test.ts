import { taskStream } from '@elves/core/domain/task/task.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { expect, test } from 'vitest'
import { agentId, caller, center, request, wholeRun } from '../tests/center.ts'
import { openTasks } from './open-tasks.ts'

test('keeps events for those who wait up to the bound, reads the others at their end, and gives all of it back', async () => {
  const store = memoryEventStore()
  const here = center(store)
  const kept = openTasks(100, 100_000)
  const taskIds: string[] = []
  for (let count = 0; count < 4; count++) {
    const { taskId, events } = await here.commands.runTask(caller, request({ param: JSON.stringify('x'.repeat(40_000)) }))
    const stream = taskStream(taskId ?? '')
    const known = here.openTasks.find(stream)
    if (!known) throw new Error('not known')
    kept.add(stream, known, events)
    taskIds.push(taskId ?? '')
    expect(kept.keptBytes).toBeLessThanOrEqual(100_000)
  }
  const waits = taskIds.map((taskId) => kept.waitForEnd(taskStream(taskId)))
  for (const taskId of taskIds) await here.reports.record(agentId, wholeRun(taskId))
  kept.observe(await store.readAll({ from: null, direction: 'forwards', limit: 100 }))
  const told = await Promise.all(waits.map((wait) => wait.ended))
  expect(told.map((events) => events?.at(-1)?.event.type ?? null)).toEqual(['TaskSucceeded', 'TaskSucceeded', null, null])
  expect([kept.keptBytes, kept.openCount, kept.waiterCount]).toEqual([0, 0, 0])
})
