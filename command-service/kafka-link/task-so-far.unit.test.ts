import { taskStream } from '@elves/core/domain/task/task.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { expect, test } from 'vitest'
import { agentId, caller, center, request, wholeRun } from '../tests/center.ts'
import { taskHeaders, taskSoFar } from './task-so-far.ts'

const store = memoryEventStore()
const { commands } = center(store)

async function dispatched(param: string | null = '{"a": 1}') {
  const { taskId } = await commands.runTask(caller, request({ param }))
  const id = taskId ?? ''
  return { id, events: await store.readStream(taskStream(id)) }
}

/** Another process on the same store, which must not read a stream. */
function withoutReads() {
  const never = () => Promise.reject(new Error('nothing has to be read'))
  return center({
    append: (appends) => store.append(appends),
    readAll: (range) => store.readAll(range),
    head: () => store.head(),
    countAfter: never,
    subscribe: (options) => store.subscribe(options),
    close: () => store.close(),
    readStream: never,
    readStreams: never,
    readPrefixed: never,
  })
}

test('brings all events of a task as they were recorded', async () => {
  const { events } = await dispatched()
  expect(taskSoFar(taskHeaders(events))).toEqual(events)
})

test('leaves a task to the store that is too large, or not whole', async () => {
  const large = await dispatched(JSON.stringify('x'.repeat(10_000)))
  expect(taskHeaders(large.events)).toEqual({})
  expect(taskHeaders(large.events.slice(1))).toEqual({})
  expect(taskHeaders([])).toEqual({})
  expect(taskSoFar({})).toBeNull()
})

test('leaves a task to the store whose header can not be read', async () => {
  const { events } = await dispatched()
  const [[name, text]] = Object.entries(taskHeaders(events)) as [[string, string]]
  for (const damaged of ['', 'AAAA', text.slice(5), `${text},`]) expect(taskSoFar({ [name]: damaged })).toBeNull()
})

test('the process that hands the instruction on records the reports without a read', async () => {
  const { id, events } = await dispatched()
  const gateway = withoutReads()
  await gateway.reports.expect([{ taskId: id, events: taskSoFar(taskHeaders(events)) }])
  await gateway.reports.record(agentId, wholeRun(id))
  expect((await store.readStream(taskStream(id))).at(-1)?.event.type).toBe('TaskSucceeded')
})

test('events that are not the newest any more do not stop a report', async () => {
  const { id, events } = await dispatched()
  await commands.cancelTask(caller, { id, reason: null, idempotencyKey: null })
  const gateway = center(store)
  await gateway.reports.expect([{ taskId: id, events: taskSoFar(taskHeaders(events)) }])
  await gateway.reports.record(agentId, wholeRun(id))
  const types = (await store.readStream(taskStream(id))).map(({ event }) => event.type)
  expect(types).toEqual(['TaskRequested', 'TaskDispatched', 'TaskCancelRequested', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
})
