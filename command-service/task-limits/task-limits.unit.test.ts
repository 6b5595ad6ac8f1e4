import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { LimitsState, limitEventTypes } from '@elves/core/limits/limits-state.ts'
import { expect, test } from 'vitest'
import { type AskedTask, TaskLimits } from './task-limits.ts'

const agentId = 'a'.repeat(32)
const context = { actor: { kind: 'USER', id: 'U1', name: 'u' }, correlationId: 'c', causationId: null, metadata: {} } as const
let position = 0

function recorded(stream: string, version: number, type: string, data: object): RecordedEvent {
  position += 1
  const at = `p${String(position).padStart(9, '0')}`
  return { id: at, stream, version, position: at, recordedAt: 0, event: { type, data }, context } as unknown as RecordedEvent
}

const limit = (runningTasks: number, version = 0) =>
  recorded('limit-1', version, 'LimitSet', { kind: 'APP', of: 'shop', openTasks: null, tasksPerHour: null, runningTasks })
const guard = (outcome: string) =>
  recorded('guard-1', 0, 'GuardSet', { app: 'shop', name: 'g', funcs: ['*'], pattern: 'drop', outcome, message: '', approvalMs: 1_000 })
const task = { agentId, app: 'shop' }
const asked = { ...noTaskOptions, ...task, kind: 'INSTANT', agentIp: '', func: 'f', param: null, proxy: null, processor: false, timeoutMs: 0 }
const waits = (stream: string): readonly RecordedEvent[] => [
  recorded(stream, 0, 'TaskRequested', { ...asked, idempotencyKey: null, requestHash: null }),
  recorded(stream, 1, 'TaskWaiting', { ...task, attempt: 1, reason: 'LIMIT', notBefore: null, startBefore: 1 }),
]

function limitsWith(events: readonly RecordedEvent[], open: readonly (readonly RecordedEvent[])[] = []): TaskLimits {
  const state = new LimitsState()
  for (const event of events) state.apply(event)
  const observe = (all: readonly RecordedEvent[]) => {
    for (const event of all) if (limitEventTypes.includes(event.event.type)) state.apply(event)
  }
  const known = { observe, forget() {}, state: async () => state }
  return new TaskLimits({ known, begin: async () => ({ open, rates: [], upTo: '' }), denials: { tell() {} }, now: () => 0 })
}

const call = (changes: Partial<AskedTask> = {}): AskedTask => {
  const plain = { ...task, func: 'f', param: null, stream: 'task-1', context, isStarting: true, mayWait: true, isImpatient: false }
  return { ...plain, ...changes }
}

test.each(['REFUSE', 'APPROVE'])('a request with the key of another one, which is not written, does not evade a guard (%s)', async (outcome) => {
  const limits = limitsWith([limit(10), guard(outcome)])
  const [harmless, dangerous] = await limits.verdicts([call(), call({ param: '"drop"' })])
  expect(harmless).toEqual({ refusal: null, guards: [], isFull: false })
  if (outcome === 'REFUSE') expect(dangerous?.refusal).toMatchObject({ rejected: 'CALL_GUARDED' })
  else expect(dangerous?.guards).toMatchObject([{ name: 'g', outcome }])
})

test('such a request does not start where the other one had to wait for its turn', async () => {
  const limits = limitsWith([limit(1)])
  await limits.verdicts([call({ stream: 'task-0' })])
  const verdicts = await limits.verdicts([call(), call()])
  expect(verdicts.map(({ isFull }) => isFull)).toEqual([true, true])
})

test('an instance of which nobody asked anything offers turns to what another one let wait', async () => {
  const first = waits('task-1')
  const limits = limitsWith([limit(1)], [first])
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  limits.onTurns(resolve)
  limits.observe(first)
  expect(await promise).toEqual(['1'])
})
