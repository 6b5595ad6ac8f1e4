import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { expect, test } from 'vitest'
import { changedSchedules } from './changed-schedules.ts'

const paused = (id: string) => ({ stream: `schedule-${id}`, event: { type: 'SchedulePaused', data: { at: 1 } } }) as unknown as RecordedEvent
const other = { stream: 'task-A', event: { type: 'TaskStarted', data: {} } } as unknown as RecordedEvent

test('a schedule counts as changed from its event until the next look', () => {
  const changed = changedSchedules()
  expect(changed.observe([other])).toBe(false)
  expect(changed.observe([other, paused('A')])).toBe(true)
  expect([changed.has('A'), changed.has('B')]).toEqual([true, false])
  changed.forget()
  expect(changed.has('A')).toBe(false)
})

test('beyond the limit all count as changed', () => {
  const changed = changedSchedules(2)
  changed.observe([paused('A')])
  expect(changed.has('C')).toBe(false)
  changed.observe([paused('B')])
  expect(changed.has('C')).toBe(true)
})
