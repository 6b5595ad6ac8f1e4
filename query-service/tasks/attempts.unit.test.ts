import { randomUUID } from 'node:crypto'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import { expect, test } from 'vitest'
import { foldTries } from './attempts.ts'

const about = { agentId: 'a', app: 'apptest' }
const failure = { code: 'WORKER_EXIT', message: 'exit 1' }
const output = failedOutput('exit 1')
const dispatched = (attempt: number): TaskEvent => ({
  type: 'TaskDispatched',
  data: { ...about, attempt, journalId: 'j', notAfter: 1, deadlineAt: null },
})
const ended = (attempt: number): TaskEvent => ({
  type: 'TaskAttemptEnded',
  data: { ...about, attempt, happenedAt: 1, outcome: 'FAILED', failure, output, killed: null },
})
const waiting = (attempt: number): TaskEvent => ({ type: 'TaskWaiting', data: { ...about, attempt, reason: 'RETRY', notBefore: 1, startBefore: 2 } })
const cancelled = (attempt: number): TaskEvent => ({
  type: 'TaskCancelled',
  data: { ...about, attempt, happenedAt: 1, reason: null, output: null, killed: null, isLate: false },
})
const lost: TaskEvent = { type: 'TaskLost', data: { ...about, attempt: 1, failure } }
const succeeded: TaskEvent = { type: 'TaskSucceeded', data: { ...about, attempt: 1, happenedAt: 1, output, isLate: true } }

function recorded(events: readonly TaskEvent[]): readonly RecordedEvent<TaskEvent>[] {
  const context = { actor: { kind: 'SYSTEM', id: 'x', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  return events.map((event, version) => ({
    id: randomUUID(),
    stream: 'task-1',
    version,
    position: `${version}`,
    recordedAt: version,
    event,
    context,
  }))
}

test('each attempt keeps its own end, also where the task is cancelled between two of them', () => {
  const attempts = foldTries(recorded([dispatched(1), ended(1), waiting(2), dispatched(2), ended(2), waiting(3), cancelled(2)]))
  expect(attempts).toMatchObject([
    { number: 1, state: 'FAILED', dispatchedAt: 0, endedAt: 1, failure },
    { number: 2, state: 'FAILED', dispatchedAt: 3, endedAt: 4, failure },
  ])
})

test('an attempt that is cancelled, or lost and then settled, ends with its task', () => {
  expect(foldTries(recorded([dispatched(1), ended(1), waiting(2), dispatched(2), cancelled(2)])).map(({ state }) => state)).toEqual([
    'FAILED',
    'CANCELLED',
  ])
  expect(foldTries(recorded([dispatched(1), lost]))).toMatchObject([{ state: 'LOST', output: null }])
  expect(foldTries(recorded([dispatched(1), lost, succeeded]))).toMatchObject([{ state: 'SUCCEEDED', failure: null, endedAt: 2 }])
})

test('a task that waits has none', () => {
  expect(foldTries(recorded([waiting(1)]))).toEqual([])
})
