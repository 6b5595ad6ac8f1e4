import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { TaskOutcome } from '@elves/schemas/generated/types.ts'
import { describe, expect, it } from 'vitest'
import { given } from '../testing/given.ts'
import { taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import type { TaskOptions } from './options.ts'
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

const waitingForQueue: TaskEvent = { type: 'TaskWaiting', data: { agentId, app, attempt: 1, reason: 'QUEUE', notBefore: null, startBefore: null } }
const waitingForAgent = (startWithinMs: number): TaskEvent => ({
  type: 'TaskWaiting',
  data: { agentId, app, attempt: 1, reason: 'AGENT', notBefore: null, startBefore: now + startWithinMs },
})
const asking = (options: Partial<TaskOptions>): TaskEvent => ({ type: 'TaskRequested', data: { ...requested.data, ...options } }) as TaskEvent
const terms = { journalId: 'j-1', now, startAllowanceMs: 30_000, deadlineGraceMs: 15_000 }
const skipped = (code: string, message: string): TaskEvent => ({ type: 'TaskSkipped', data: { agentId, app, failure: { code, message } } })

describe('a task that waits', () => {
  const queued = [asking({ startWithinMs: 5_000 }), waitingForQueue]
  const away = [asking({ startWithinMs: 5_000 }), waitingForAgent(5_000)]
  const stopped = { code: 'QUEUE_STOPPED', message: 'stopped' }

  it('is held for its queue whether or not its agent is connected', () => {
    task([])
      .when({ ...requestTask, isHeld: true, startWithinMs: 5_000 })
      .then(queued)
    task([])
      .when({ ...requestTask, isHeld: true, startWithinMs: 5_000, journalId: null })
      .then(queued)
  })

  it('waits for its agent as long as it may, and is refused if it may not', () => {
    task([])
      .when({ ...requestTask, startWithinMs: 5_000, journalId: null })
      .then(away)
    task([])
      .when({ ...requestTask, journalId: null })
      .then('AGENT_OFFLINE')
  })

  it('is released once: dispatched, waiting for its agent, or skipped', () => {
    const release = { type: 'ReleaseTask', ...terms } as const
    task(queued).when(release).then([dispatched])
    task(queued).when(release, release).then([])
    task(queued)
      .when({ ...release, journalId: null })
      .then([waitingForAgent(5_000)])
    task([asking({}), waitingForQueue])
      .when({ ...release, journalId: null })
      .then([skipped('START_EXPIRED', 'the agent was not connected, and the task may not wait for it')])
    task(away).when(release).then([])
  })

  it('is dispatched for the attempt that it waits for, not while its queue holds it', () => {
    const dispatch = { type: 'DispatchTask', attempt: 1, ...terms } as const
    task(away).when(dispatch).then([dispatched])
    task(away).when(dispatch, dispatch).then([])
    task(away)
      .when({ ...dispatch, attempt: 2 })
      .then([])
    task(away)
      .when({ ...dispatch, journalId: null })
      .then([])
    task(queued).when(dispatch).then([])
  })

  it('is skipped only while it waits, and only for the attempt that is meant', () => {
    const skip = { type: 'SkipTask', failure: stopped } as const
    for (const past of [queued, away])
      task(past)
        .when(skip)
        .then([skipped('QUEUE_STOPPED', 'stopped')])
    task(away)
      .when({ ...skip, attempt: 2 })
      .then([])
    task(away).when(skip, skip).then([])
    task(sent).when(skip).then([])
    task([]).when(skip).then([])
  })

  it('is cancelled at once', () => {
    const data = { agentId, app, attempt: 0, happenedAt: now + 9, reason: 'why not', output: null, killed: null, isLate: false }
    task(away)
      .when({ type: 'CancelTask', reason: 'why not', now: now + 9 })
      .then([cancelRequested, { type: 'TaskCancelled', data }])
  })

  it('heeds no report: nothing runs', () => {
    task(away)
      .when(recordStarted)
      .then([ignored('STARTED', 'STRAGGLER')])
    task(away).when(loseTask).then([])
  })
})

describe('a retry', () => {
  const retry = { attempts: 3, delayMs: 1_000, factor: 3, maxDelayMs: 2_000, on: ['FAILED', 'LOST'] } as const
  const retried = [asking({ retry }), dispatched, acknowledged, started]
  const end = { agentId, app, attempt: 1, happenedAt: now + 3, outcome: 'FAILED', failure, output: failedOutput('exit 1'), killed: null } as const
  const waiting = (attempt: number, delayMs: number, since: number): TaskEvent => ({
    type: 'TaskWaiting',
    data: { agentId, app, attempt, reason: 'RETRY', notBefore: since + delayMs, startBefore: since + delayMs + 30_000 },
  })
  const again = (attempt: number): TaskEvent => ({ type: 'TaskDispatched', data: { ...dispatched.data, attempt } }) as TaskEvent
  const tried = [...retried, { type: 'TaskAttemptEnded', data: end } as TaskEvent, waiting(2, 1_000, now + 4)]

  it('follows an end that it is for, each delay longer than the one before, up to the longest', () => {
    task(retried)
      .when(recordEnded('FAILED'))
      .then([{ type: 'TaskAttemptEnded', data: end }, waiting(2, 1_000, now + 4)])
    task([...tried, again(2)])
      .when(recordEnded('FAILED', { attempt: 2 }))
      .then([{ type: 'TaskAttemptEnded', data: { ...end, attempt: 2 } }, waiting(3, 2_000, now + 4)])
  })

  it('follows no other end, not the last attempt, and nothing once a cancel was asked for', () => {
    task(retried).when(recordEnded('SUCCEEDED')).then([succeeded])
    task(retried)
      .when(recordEnded('TIMED_OUT'))
      .then([{ type: 'TaskTimedOut', data: { ...at, failure, output: failedOutput('exit 1'), killed: null } }])
    task([...retried, cancelRequested])
      .when(recordEnded('FAILED'))
      .then([{ type: 'TaskFailed', data: { ...at, failure, output: failedOutput('exit 1'), killed: null } }])
    task([...tried, again(2), { type: 'TaskAttemptEnded', data: { ...end, attempt: 2 } }, waiting(3, 2_000, now), again(3)])
      .when(recordEnded('FAILED', { attempt: 3 }))
      .then([{ type: 'TaskFailed', data: { ...at, attempt: 3, failure, output: failedOutput('exit 1'), killed: null } }])
  })

  it('follows a loss only if asked for', () => {
    const lostEnd = {
      ...end,
      happenedAt: now + 200_000,
      outcome: 'LOST',
      failure: { code: 'OUTCOME_UNKNOWN', message: 'deadline' },
      output: null,
    } as const
    task(retried)
      .when(loseTask)
      .then([{ type: 'TaskAttemptEnded', data: lostEnd }, waiting(2, 1_000, now + 200_000)])
    task([asking({ retry: { ...retry, on: ['FAILED'] } }), dispatched])
      .when(loseTask)
      .then([lost])
  })

  it('makes reports of earlier attempts late: they are ignored, also while the next one waits', () => {
    task(tried)
      .when(recordEnded('FAILED'))
      .then([ignored('ENDED', 'DUPLICATE', 'FAILED')])
    task(tried)
      .when(recordEnded('SUCCEEDED'))
      .then([ignored('ENDED', 'STRAGGLER', 'SUCCEEDED')])
    task([...tried, again(2)])
      .when(recordEnded('SUCCEEDED'))
      .then([ignored('ENDED', 'STRAGGLER', 'SUCCEEDED')])
  })

  it('is cancelled between two attempts', () => {
    const data = { agentId, app, attempt: 1, happenedAt: now + 9, reason: 'why not', output: null, killed: null, isLate: false }
    task(tried)
      .when({ type: 'CancelTask', reason: 'why not', now: now + 9 })
      .then([cancelRequested, { type: 'TaskCancelled', data }])
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
