import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { evolveTask, initialTaskState } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TaskCounts } from './task-counts.ts'

const agentId = 'a'.repeat(32)
const app = { kind: 'APP', id: 'shop' } as const
const user = { kind: 'USER', id: 'U1' } as const
const hourMs = 3_600_000
let position = 0

function recorded(stream: string, version: number, event: TaskEvent, at = 0): RecordedEvent<TaskEvent> {
  position += 1
  const context = { actor: { kind: 'USER', id: 'U1', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  return { id: `${position}`, stream, version, position: `p${String(position).padStart(9, '0')}`, recordedAt: at, event, context } as never
}

const asked = {
  ...noTaskOptions,
  kind: 'INSTANT',
  agentId,
  agentIp: '',
  app: 'shop',
  func: 'f',
  param: null,
  proxy: null,
  processor: false,
  timeoutMs: 0,
}
const requested = { type: 'TaskRequested', data: { ...asked, idempotencyKey: null, requestHash: null } } as TaskEvent
const waiting = (reason: 'AGENT' | 'LIMIT') =>
  ({ type: 'TaskWaiting', data: { agentId, app: 'shop', attempt: 1, reason, notBefore: null, startBefore: 1 } }) as TaskEvent
const dispatched = { type: 'TaskDispatched', data: { agentId, app: 'shop', attempt: 1, journalId: 'j', notAfter: 1, deadlineAt: null } } as TaskEvent
const lost = { type: 'TaskLost', data: { agentId, app: 'shop', attempt: 1, failure: { code: 'x', message: '' } } } as TaskEvent
const ended = { type: 'TaskSucceeded', data: { agentId, app: 'shop', attempt: 1, happenedAt: 1, isLate: false, output: {} } } as TaskEvent

const none = () => new TaskCounts({ open: [], rates: [], upTo: '' })

test('counts what the log brings: what is open, what runs, what was requested within the hour', () => {
  const counts = none()
  counts.observe([
    recorded('task-1', 0, requested),
    recorded('task-1', 1, dispatched),
    recorded('task-2', 0, requested),
    recorded('task-2', 1, waiting('LIMIT')),
  ])
  expect(counts.of(app, 0)).toEqual({ openTasks: 2, tasksPerHour: 2, runningTasks: 1 })
  expect(counts.waitingForTurn(() => true, 10)).toEqual(['task-2'])
  expect(counts.waitingForTurn(({ kind }) => kind !== 'AGENT', 10)).toEqual([])
  counts.observe([recorded('task-1', 2, ended), recorded('task-2', 2, dispatched)])
  expect(counts.of(user, 0)).toEqual({ openTasks: 1, tasksPerHour: 2, runningTasks: 1 })
  expect(counts.waitingForTurn(() => true, 10)).toEqual([])
  expect(counts.of(user, hourMs)).toEqual({ openTasks: 1, tasksPerHour: 0, runningTasks: 1 })
})

test('who waits longest has the first turn', () => {
  const counts = none()
  for (const name of ['task-3', 'task-1', 'task-2']) counts.observe([recorded(name, 0, requested), recorded(name, 1, waiting('LIMIT'))])
  expect(counts.waitingForTurn(() => true, 2)).toEqual(['task-3', 'task-1'])
})

test('what was reserved counts at once, and not twice when the log brings it, nor when its end came first', () => {
  const counts = none()
  counts.reserve('task-1', [user, app], true, 0)
  expect(counts.of(app, 0)).toEqual({ openTasks: 1, tasksPerHour: 1, runningTasks: 1 })
  const events = [recorded('task-1', 0, requested), recorded('task-1', 1, dispatched)]
  const end = recorded('task-1', 2, ended)
  counts.written(events)
  counts.written([end])
  expect(counts.of(app, 0)).toEqual({ openTasks: 0, tasksPerHour: 1, runningTasks: 0 })
  counts.observe([...events, end])
  expect(counts.of(app, 0)).toEqual({ openTasks: 0, tasksPerHour: 1, runningTasks: 0 })
})

test('what was reserved and not written is taken back; what was written is not', () => {
  const counts = none()
  counts.reserve('task-1', [app], true, 0)
  counts.undo('task-1')
  expect(counts.of(app, 0)).toEqual({ openTasks: 0, tasksPerHour: 0, runningTasks: 0 })
  counts.reserve('task-2', [app], false, 0)
  counts.written([recorded('task-2', 0, requested)])
  counts.undo('task-2')
  expect(counts.of(app, 0)).toMatchObject({ openTasks: 1, tasksPerHour: 1 })
})

test('goes on from what was read: a request that the rates have is not counted again', () => {
  const first = recorded('task-1', 0, requested)
  const counts = new TaskCounts({ open: [[first]], rates: [{ kind: 'APP', of: 'shop', minute: 0, count: 5 }], upTo: first.position })
  counts.observe([first, recorded('task-2', 0, requested)])
  expect(counts.of(app, 0)).toEqual({ openTasks: 2, tasksPerHour: 6, runningTasks: 0 })
})

test('after any events of any tasks, in any batches and with any repetitions, the counts are those of the tasks as they are', () => {
  const life = fc.array(fc.constantFrom(waiting('AGENT'), dispatched, waiting('LIMIT'), lost, ended), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(life, { maxLength: 6 }), fc.array(fc.boolean(), { maxLength: 50 }), (lives, repeated) => {
      const counts = none()
      let [open, running] = [0, 0]
      for (const [index, events] of lives.entries()) {
        const end = events.findIndex(({ type }) => type === 'TaskLost' || type === 'TaskSucceeded')
        const whole = [requested, ...(end < 0 ? events : events.slice(0, end + 1))].map((event, version) => recorded(`task-${index}`, version, event))
        for (const [at, event] of whole.entries()) {
          if (repeated[(index * 7 + at) % 50]) counts.written([event])
          counts.observe([event])
        }
        const { phase } = whole.reduce((state, { event }) => evolveTask(state, event), initialTaskState)
        if (end < 0) open += 1
        if (phase === 'DISPATCHED') running += 1
      }
      expect(counts.of(app, 0)).toMatchObject({ openTasks: open, runningTasks: running })
    }),
  )
})

test('what was requested more than an hour ago is kept of nothing, also where nobody asks for it', () => {
  const counts = none()
  for (let hour = 0; hour < 10; hour++) {
    const event = { ...requested, data: { ...requested.data, app: `app ${hour}` } } as TaskEvent
    counts.observe([recorded(`task-${hour}`, 0, event, hour * hourMs), recorded(`task-${hour}`, 1, ended, hour * hourMs)])
  }
  // The user, the agent and the last app.
  expect(counts.size).toBe(3)
})
