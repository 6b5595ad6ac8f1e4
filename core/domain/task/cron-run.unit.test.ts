import { failedOutput } from '@elves/schemas/codec/value.ts'
import { cronIdLength } from '@elves/schemas/link/protocol.ts'
import { describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../foundation/codes.ts'
import { given } from '../testing/given.ts'
import type { RecordCronRun } from './commands.ts'
import { taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import { evolveTask, initialTaskState } from './state.ts'
import {
  agentId,
  app,
  cancelRequested,
  loseTask,
  lost,
  now,
  otherAgentId,
  recordAcknowledged,
  recordCronRun,
  recordEnded,
  recordStarted,
  requested,
  sent,
  started,
  succeeded,
} from './testing.ts'

const task = (past: readonly TaskEvent[]) => given(taskDecider, past)
const asked = { ...requested.data, kind: 'AGENT_CRON', idempotencyKey: null, requestHash: null, cronId: 'one', fireAt: now - 1_000 }
const about = { agentId, app, attempt: 1 }
const begun = [
  { type: 'TaskRequested', data: asked },
  { type: 'TaskDispatched', data: { ...about, journalId: 'j-1', notAfter: now + 60_000, deadlineAt: now + 135_000 } },
  { type: 'TaskAcknowledged', data: { ...about, happenedAt: now - 900 } },
] as readonly TaskEvent[]

describe("the report of a run of an agent's own cron", () => {
  it('requests, dispatches and acknowledges a task in one decision', () => {
    task([]).when(recordCronRun).then(begun)
  })

  it('without a timeout has no deadline for its end', () => {
    const [first, second, third] = begun as [TaskEvent, TaskEvent, TaskEvent]
    const endless = [{ ...first, data: { ...first.data, timeoutMs: 0 } }, { ...second, data: { ...second.data, deadlineAt: null } }, third]
    task([])
      .when({ ...recordCronRun, timeoutMs: 0 })
      .then(endless as readonly TaskEvent[])
  })

  it('is followed by its start and its end', () => {
    task([]).when(recordCronRun, recordStarted).then([started])
    task([]).when(recordCronRun, recordStarted, recordEnded('SUCCEEDED')).then([succeeded])
    expect(begun.reduce(evolveTask, initialTaskState)).toMatchObject({ phase: 'ACKNOWLEDGED', cronId: 'one', retry: null })
  })

  it('may be followed by its end at once: the agent could not start it', () => {
    const failure = { code: 'WORKER_EXIT', message: 'exit 1' }
    const output = failedOutput('exit 1')
    task([])
      .when(recordCronRun, recordEnded('REJECTED', { failure, output }))
      .then([{ type: 'TaskRejected', data: { ...about, happenedAt: now + 3, isLate: false, failure, output } }])
  })

  it('that comes again changes nothing, whatever became of the task', () => {
    for (const past of [begun, [...begun, started], [...begun, started, cancelRequested], [...begun, started, succeeded], [...begun, lost]]) {
      task(past).when(recordCronRun).then([])
      task(past)
        .when({ ...recordCronRun, happenedAt: now, now: now + 5_000 })
        .then([])
    }
    const duplicate = { ...about, report: 'ACKNOWLEDGED', outcome: null, reason: 'DUPLICATE' } as const
    task(begun)
      .when(recordAcknowledged)
      .then([{ type: 'TaskReportIgnored', data: duplicate }])
  })

  it('is refused where the id is that of another task', () => {
    task(sent).when(recordCronRun).then('TASK_UNKNOWN')
    task(begun)
      .when({ ...recordCronRun, cronId: 'two' })
      .then('TASK_UNKNOWN')
    task(begun)
      .when({ ...recordCronRun, agentId: otherAgentId })
      .then('TASK_UNKNOWN')
  })

  it('that is lost is not tried again', () => {
    task([...begun, started])
      .when(loseTask)
      .then([lost])
  })

  it('is settled by its end after it was lost', () => {
    const late = { ...succeeded, data: { ...succeeded.data, isLate: true } } as TaskEvent
    task([...begun, started, lost])
      .when(recordEnded('SUCCEEDED'))
      .then([late])
  })

  it.each<[string, Partial<RecordCronRun>, RefusalCode]>([
    ['no cron', { cronId: '' }, 'ID_UNKNOWN'],
    ['a cron whose id is too long', { cronId: 'x'.repeat(cronIdLength + 1) }, 'ID_UNKNOWN'],
    ['a cron whose id has two lines', { cronId: 'a\nb' }, 'ID_UNKNOWN'],
    ['a cron whose id is half an emoji', { cronId: '\ud83d' }, 'TEXT_INVALID'],
    ['no journal', { journalId: '' }, 'ID_UNKNOWN'],
    ['a journal whose id Postgres can not keep', { journalId: 'j\0' }, 'ID_UNKNOWN'],
    ['a journal whose id is too long', { journalId: 'j'.repeat(129) }, 'ID_UNKNOWN'],
    ['an app outside the folder', { app: '../etc' }, 'APP_INVALID'],
    ['no function', { func: ' ' }, 'FUNC_INVALID'],
    ['a parameter that is no JSON', { param: '{' }, 'PARAM_INVALID'],
    ['a timeout below none', { timeoutMs: -1 }, 'TIMEOUT_INVALID'],
  ])('of %s is refused', (_, change, code) => {
    task([])
      .when({ ...recordCronRun, ...change })
      .then(code)
  })
})
