import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesWaiting, foldWaits } from './waiting-changes.ts'

const about = { agentId: 'a', app: 'apptest' }
const waiting = (reason: 'QUEUE' | 'AGENT' | 'RETRY'): DomainEvent => ({
  type: 'TaskWaiting',
  data: { ...about, attempt: 1, reason, notBefore: null, startBefore: 2 },
})
const dispatched: DomainEvent = { type: 'TaskDispatched', data: { ...about, attempt: 1, journalId: 'j', notAfter: 1, deadlineAt: null } }
const skipped: DomainEvent = { type: 'TaskSkipped', data: { ...about, failure: { code: 'START_EXPIRED', message: '' } } }
const cancelled: DomainEvent = {
  type: 'TaskCancelled',
  data: { ...about, attempt: 0, happenedAt: 1, reason: null, output: null, killed: null, isLate: false },
}
const acknowledged: DomainEvent = { type: 'TaskAcknowledged', data: { ...about, attempt: 1, happenedAt: 1 } }

function recorded(event: DomainEvent, version: number, stream = 'task-1'): RecordedEvent {
  const context = { actor: { kind: 'SYSTEM', id: 'x', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  return { id: `${stream}-${version}`, stream, version, position: `p-${version}`, recordedAt: 1, event, context }
}

test('a task that is dispatched with its request costs nothing', () => {
  expect([dispatched, acknowledged].map((event, index) => changesWaiting(recorded(event, index + 1)))).toEqual([false, false])
  expect(changesWaiting(recorded(dispatched, 2))).toBe(true)
  expect(changesWaiting(recorded(waiting('QUEUE'), 1))).toBe(false)
})

test('the last event of a batch says whether a task waits', () => {
  expect(foldWaits([recorded(waiting('AGENT'), 1)])).toMatchObject({ begun: [{ taskId: '1', data: { reason: 'AGENT' } }], over: [] })
  for (const end of [dispatched, skipped, cancelled]) {
    expect(foldWaits([recorded(waiting('AGENT'), 1), recorded(end, 2)])).toEqual({ begun: [], over: ['1'] })
    expect(foldWaits([recorded(end, 2), recorded(waiting('RETRY'), 5)])).toMatchObject({ begun: [{ taskId: '1' }], over: [] })
  }
})

test('batches of any size come to the same waits', () => {
  const event = fc.constantFrom(waiting('AGENT'), waiting('RETRY'), waiting('QUEUE'), dispatched, skipped, cancelled, acknowledged)
  const stream = fc.constantFrom('task-1', 'task-2', 'task-3')
  fc.assert(
    fc.property(fc.array(fc.record({ event, stream }), { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (history, size) => {
      const all = history.map((one, index) => recorded(one.event, index + 2, one.stream))
      const tableAfter = (batch: number) => {
        const table = new Set<string>()
        for (let from = 0; from < all.length; from += batch) {
          const { begun, over } = foldWaits(all.slice(from, from + batch))
          for (const taskId of over) table.delete(taskId)
          for (const { taskId } of begun) table.add(taskId)
        }
        return [...table].toSorted()
      }
      expect(tableAfter(size)).toEqual(tableAfter(1))
    }),
  )
})
