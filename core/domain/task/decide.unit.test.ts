import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { TaskOutcome } from '@elves/schemas/generated/types.ts'
import { describe, expect, it } from 'vitest'
import { given } from '../testing/given.ts'
import { taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import {
  acknowledged,
  agentId,
  app,
  cancelRequested,
  dispatched,
  loseTask,
  lost,
  now,
  otherAgentId,
  output,
  recordAcknowledged,
  recordEnded,
  recordStarted,
  requested,
  requestTask,
  running,
  sent,
  started,
  succeeded,
} from './testing.ts'

const failure = { code: 'WORKER_EXIT', message: 'exit 1' }
const at = { agentId, app, attempt: 1, happenedAt: now + 3, isLate: false }
const task = (past: readonly TaskEvent[]) => given(taskDecider, past)
const ignored = (report: 'ACKNOWLEDGED' | 'STARTED' | 'ENDED', reason: 'DUPLICATE' | 'STRAGGLER', outcome: TaskOutcome | null = null): TaskEvent => ({
  type: 'TaskReportIgnored',
  data: { agentId, app, attempt: 1, report, outcome, reason },
})

describe('a request', () => {
  it('is requested and dispatched in one decision', () => {
    task([]).when(requestTask).then(sent)
  })

  it('without a timeout has no deadline for its end', () => {
    const data = { ...dispatched.data, deadlineAt: null }
    task([])
      .when({ ...requestTask, timeoutMs: 0 })
      .then([{ type: 'TaskRequested', data: { ...requested.data, timeoutMs: 0 } } as TaskEvent, { type: 'TaskDispatched', data } as TaskEvent])
  })

  it('that is repeated with its key does nothing, whatever became of the task', () => {
    task(sent).when(requestTask).then([])
    task([...running, succeeded])
      .when(requestTask)
      .then([])
  })

  it('that differs under the same key is refused', () => {
    task(sent)
      .when({ ...requestTask, requestHash: 'other' })
      .then('IDEMPOTENCY_KEY_REUSED')
    task([{ ...requested, data: { ...requested.data, requestHash: null } } as TaskEvent, dispatched])
      .when({ ...requestTask, requestHash: null })
      .then('IDEMPOTENCY_KEY_REUSED')
  })
})

describe('reports', () => {
  it('of a whole run are recorded in their order', () => {
    task(sent).when(recordAcknowledged).then([acknowledged])
    task(sent).when(recordAcknowledged, recordStarted).then([started])
    task(sent).when(recordAcknowledged, recordStarted, recordEnded('SUCCEEDED')).then([succeeded])
  })

  it.each<[TaskOutcome, TaskEvent]>([
    ['FAILED', { type: 'TaskFailed', data: { ...at, failure, output: failedOutput('exit 1'), killed: null } }],
    ['TIMED_OUT', { type: 'TaskTimedOut', data: { ...at, failure, output: failedOutput('exit 1'), killed: null } }],
    ['CANCELLED', { type: 'TaskCancelled', data: { ...at, reason: null, output: failedOutput('exit 1'), killed: null } }],
    ['REJECTED', { type: 'TaskRejected', data: { ...at, failure, output: failedOutput('exit 1') } }],
    ['UNKNOWN', { type: 'TaskFailed', data: { ...at, failure, output: failedOutput('exit 1'), killed: null } }],
  ])('of an end with outcome %s make its event', (outcome, event) => {
    task(running).when(recordEnded(outcome)).then([event])
  })

  it('of an end count also where the earlier ones never came', () => {
    task(sent).when(recordEnded('SUCCEEDED')).then([succeeded])
    task(sent)
      .when(recordEnded('REJECTED'))
      .then([{ type: 'TaskRejected', data: { ...at, failure, output: failedOutput('exit 1') } }])
  })

  it('that come twice are recorded as duplicates', () => {
    task([...sent, acknowledged])
      .when(recordAcknowledged)
      .then([ignored('ACKNOWLEDGED', 'DUPLICATE')])
    task(running)
      .when(recordAcknowledged)
      .then([ignored('ACKNOWLEDGED', 'DUPLICATE')])
    task(running)
      .when(recordStarted)
      .then([ignored('STARTED', 'DUPLICATE')])
    task([...running, succeeded])
      .when(recordEnded('SUCCEEDED'))
      .then([ignored('ENDED', 'DUPLICATE', 'SUCCEEDED')])
  })

  it('after another end are stragglers and change nothing', () => {
    task([...running, succeeded])
      .when(recordEnded('FAILED'))
      .then([ignored('ENDED', 'STRAGGLER', 'FAILED')])
    task([...running, succeeded])
      .when(recordStarted)
      .then([ignored('STARTED', 'STRAGGLER')])
  })

  it('of an attempt that is not the newest, or of another agent, are stragglers', () => {
    const event = ignored('ENDED', 'STRAGGLER', 'SUCCEEDED')
    task(running)
      .when(recordEnded('SUCCEEDED', { attempt: 2 }))
      .then([{ ...event, data: { ...event.data, attempt: 2 } } as TaskEvent])
    task(running)
      .when(recordEnded('SUCCEEDED', { agentId: otherAgentId }))
      .then([{ ...event, data: { ...event.data, agentId: otherAgentId } } as TaskEvent])
    task([...running, lost])
      .when(recordEnded('SUCCEEDED', { agentId: otherAgentId }))
      .then([{ ...event, data: { ...event.data, agentId: otherAgentId } } as TaskEvent])
  })

  it('for a task that was never requested leave no trace', () => {
    for (const report of [recordAcknowledged, recordStarted, recordEnded('SUCCEEDED')]) task([]).when(report).then([])
  })

  it('of an unknown failure still say that there was one', () => {
    const decided = taskDecider.decide(
      recordEnded('FAILED', { failure: null, output: null }),
      running.reduce(taskDecider.evolve, taskDecider.initialState),
    )
    expect(decided).toMatchObject([{ type: 'TaskFailed', data: { failure: { code: 'OUTCOME_UNKNOWN' }, output: { workerFlag: -1 } } }])
  })
})

describe('a lost task', () => {
  it('was given up once, and only while it was open', () => {
    task(running).when(loseTask).then([lost])
    task([...running, lost])
      .when(loseTask)
      .then([])
    task([...running, succeeded])
      .when(loseTask)
      .then([])
    task(running)
      .when({ ...loseTask, attempt: 2 })
      .then([])
    task([]).when(loseTask).then([])
  })

  it('is settled once by the late report of the same attempt', () => {
    const late: TaskEvent = { type: 'TaskSucceeded', data: { agentId, app, attempt: 1, happenedAt: now + 3, output, isLate: true } }
    task([...running, lost])
      .when(recordEnded('SUCCEEDED'))
      .then([late])
    task([...running, lost, late])
      .when(recordEnded('SUCCEEDED'))
      .then([ignored('ENDED', 'DUPLICATE', 'SUCCEEDED')])
    task([...running, lost, late])
      .when(recordEnded('FAILED'))
      .then([ignored('ENDED', 'STRAGGLER', 'FAILED')])
  })

  it('is not opened again by word that it was received or started', () => {
    task([...sent, lost])
      .when(recordAcknowledged)
      .then([ignored('ACKNOWLEDGED', 'STRAGGLER')])
    task([...sent, lost])
      .when(recordStarted)
      .then([ignored('STARTED', 'STRAGGLER')])
  })
})

describe('a cancel', () => {
  const cancel = { type: 'CancelTask', reason: 'why not', now: now + 9 } as const

  it('is written before it leaves; the end is the agent’s to say', () => {
    task(sent).when(cancel).then([cancelRequested])
    task(running).when(cancel).then([cancelRequested])
    task([...running, cancelRequested])
      .when(recordEnded('CANCELLED', { killed: 'VERIFIED' }))
      .then([{ type: 'TaskCancelled', data: { ...at, reason: 'why not', output: failedOutput('exit 1'), killed: 'VERIFIED' } }])
  })

  it('of a task that was not dispatched ends it at once', () => {
    const data = { agentId, app, attempt: 0, happenedAt: now + 9, reason: 'why not', output: null, killed: null, isLate: false }
    task([requested])
      .when(cancel)
      .then([cancelRequested, { type: 'TaskCancelled', data }])
  })

  it('that comes twice does nothing more', () => {
    task([...running, cancelRequested])
      .when(cancel)
      .then([])
  })

  it('loses against a result that was there first, and one that overtakes it stands', () => {
    task([...running, succeeded])
      .when(cancel)
      .then('TASK_ENDED')
    task([...running, cancelRequested])
      .when(recordEnded('SUCCEEDED'))
      .then([succeeded])
  })

  it('of a task that is unknown, or with too long a reason, or one that was cut within a character, is refused', () => {
    task([]).when(cancel).then('TASK_UNKNOWN')
    task(running)
      .when({ ...cancel, reason: 'cut \ud83d' })
      .then('TEXT_INVALID')
    given(taskDecider, sent)
      .when({ ...cancel, reason: 'x'.repeat(1025) })
      .then('REASON_TOO_LONG')
  })
})
