import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { TaskOutcome, TaskOutput } from '@elves/schemas/generated/types.ts'
import type { LoseTask, RecordAcknowledged, RecordCronRun, RecordEnded, RecordStarted, RequestTask } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { noTaskOptions } from './options.ts'

/** Values that the tests of the task share: one agent, one app, and a clock that begins at `now`. */
export const agentId = 'a'.repeat(32)
export const otherAgentId = 'b'.repeat(32)
export const app = 'apptest'
export const now = 1_700_000_000_000
export const output: TaskOutput = {
  workerFlag: 1,
  message: inlineValue('hi'),
  costMs: 5,
  truncated: false,
  byteCount: 2,
  sha256: null,
  altered: false,
  printed: null,
  exit: null,
}
const about = { agentId, app }

export const requestTask: RequestTask = {
  type: 'RequestTask',
  kind: 'INSTANT',
  agentId,
  agentIp: '10.0.0.1',
  app,
  func: 'helloword',
  param: '{"a":1}',
  proxy: null,
  processor: false,
  timeoutMs: 60_000,
  ...noTaskOptions,
  isHeld: false,
  idempotencyKey: 'key',
  requestHash: 'hash',
  journalId: 'j-1',
  now,
  startAllowanceMs: 30_000,
  deadlineGraceMs: 15_000,
}

const request = {
  ...about,
  kind: 'INSTANT',
  agentIp: '10.0.0.1',
  func: 'helloword',
  param: inlineValue('{"a":1}'),
  proxy: null,
  processor: false,
  timeoutMs: 60_000,
  idempotencyKey: 'key',
  requestHash: 'hash',
  ...noTaskOptions,
} as const
export const requested: TaskEvent = { type: 'TaskRequested', data: request }
export const dispatched: TaskEvent = {
  type: 'TaskDispatched',
  data: { ...about, attempt: 1, journalId: 'j-1', notAfter: now + 30_000, deadlineAt: now + 105_000 },
}
export const acknowledged: TaskEvent = { type: 'TaskAcknowledged', data: { ...about, attempt: 1, happenedAt: now + 1 } }
export const started: TaskEvent = { type: 'TaskStarted', data: { ...about, attempt: 1, happenedAt: now + 2 } }
export const cancelRequested: TaskEvent = { type: 'TaskCancelRequested', data: { ...about, reason: 'why not', idempotencyKey: null } }
export const succeeded: TaskEvent = { type: 'TaskSucceeded', data: { ...about, attempt: 1, happenedAt: now + 3, output, isLate: false } }
export const lost: TaskEvent = { type: 'TaskLost', data: { ...about, attempt: 1, failure: { code: 'OUTCOME_UNKNOWN', message: 'deadline' } } }

export const sent = [requested, dispatched]
export const running = [...sent, acknowledged, started]

export const recordAcknowledged: RecordAcknowledged = { type: 'RecordAcknowledged', agentId, attempt: 1, happenedAt: now + 1 }
export const recordStarted: RecordStarted = { type: 'RecordStarted', agentId, attempt: 1, happenedAt: now + 2 }
/** The report that begins a run of the agent's own cron `one`, which was due at `now - 1000`. */
export const recordCronRun: RecordCronRun = {
  type: 'RecordCronRun',
  agentId,
  agentIp: '10.0.0.1',
  app,
  func: 'helloword',
  param: '{"a":1}',
  proxy: null,
  processor: false,
  timeoutMs: 60_000,
  cronId: 'one',
  fireAt: now - 1_000,
  happenedAt: now - 900,
  journalId: 'j-1',
  now,
  startAllowanceMs: 60_000,
  deadlineGraceMs: 15_000,
}
export const loseTask: LoseTask = { type: 'LoseTask', attempt: 1, why: 'deadline', now: now + 200_000 }

/** The report of an end as a correct agent sends it. */
export function recordEnded(outcome: TaskOutcome, change: Partial<RecordEnded> = {}): RecordEnded {
  const base = { type: 'RecordEnded', agentId, attempt: 1, happenedAt: now + 3, outcome, killed: null, processing: false, now: now + 4 } as const
  if (outcome === 'SUCCEEDED') return { ...base, failure: null, output, ...change }
  return { ...base, failure: { code: 'WORKER_EXIT', message: 'exit 1' }, output: failedOutput('exit 1'), ...change }
}
