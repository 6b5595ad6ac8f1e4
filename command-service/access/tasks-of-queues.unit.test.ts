import { randomUUID } from 'node:crypto'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { expect, test } from 'vitest'
import { TasksOfQueues } from './tasks-of-queues.ts'

const queueId = '0000000000000001'
const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const

/** A store that counts the streams that are read, with a queue to which tasks are added. */
function center() {
  const inMemory = memoryEventStore()
  const read: string[] = []
  const store = {
    readStream: (...[stream, options]: Parameters<typeof inMemory.readStream>) => {
      read.push(stream)
      return inMemory.readStream(stream, options)
    },
    readStreams: (...[streams, from]: Parameters<typeof inMemory.readStreams>) => {
      read.push(...streams)
      return inMemory.readStreams(streams, from)
    },
  }
  const append = async (stream: string, event: object) => {
    const { length } = await inMemory.readStream(stream)
    await inMemory.append([{ stream, expectedVersion: length - 1, events: [{ id: randomUUID(), event: event as never, context }] }])
  }
  const idOf = (nth: number) => nth.toString(16).toUpperCase().padStart(16, '0')
  return {
    read,
    store,
    task(nth: number, agentId: string) {
      const data = { kind: 'QUEUE', app: 'apptest', func: 'f', agentId, agentIp: '10.0.0.1', processor: false, timeoutMs: 1_000 }
      return append(taskStream(idOf(nth)), { type: 'TaskRequested', data })
    },
    add: (...tasks: readonly number[]) =>
      append(queueAggregate.streamOf(queueId), { type: 'QueueTasksAdded', data: { tasks: tasks.map((nth) => ({ taskId: idOf(nth) })) } }),
  }
}

test('reads each task of a queue once, however often tasks are added, and names each thing once', async () => {
  const { store, read, task, add } = center()
  const tasks = new TasksOfQueues(store)
  for (let nth = 1; nth <= 20; nth++) {
    await task(nth, nth % 2 === 0 ? 'even' : 'odd')
    await add(nth)
    const agents = (await tasks.of(queueId)).map(({ agent }) => agent)
    expect(agents).toEqual(nth === 1 ? ['odd'] : ['odd', 'even'])
  }
  expect(read.filter((stream) => stream.startsWith('task-'))).toHaveLength(20)
})

test('does not remember a queue whose tasks are not all there yet', async () => {
  const { store, task, add } = center()
  const tasks = new TasksOfQueues(store)
  await add(1, 2)
  await task(1, 'one')
  expect((await tasks.of(queueId)).map(({ agent }) => agent)).toEqual(['one'])
  await task(2, 'two')
  expect((await tasks.of(queueId)).map(({ agent }) => agent)).toEqual(['one', 'two'])
})
