import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { nextInstants } from '@elves/core/domain/schedule/settings.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { expect } from 'vitest'

export interface NotFiredInstant {
  readonly instant: number
  readonly outcome: string
  readonly reason: string
}

/** What the log says of a schedule. */
export interface ScheduleStory {
  /** The instants that fired, in the order of the log; ms since the epoch. */
  readonly fires: readonly number[]
  readonly notFired: readonly NotFiredInstant[]
  /** Types of the events of its own stream. */
  readonly own: readonly string[]
  readonly events: readonly RecordedEvent[]
}

export async function storyOf(store: EventStore, scheduleId: string): Promise<ScheduleStory> {
  const events = await store.readAll({ from: null, direction: 'forwards', limit: 100_000 })
  const fires: number[] = []
  const notFired: NotFiredInstant[] = []
  const own: string[] = []
  for (const { event, stream } of events) {
    if (event.type === 'TaskRequested' && event.data.scheduleId === scheduleId && event.data.fireAt !== null) fires.push(event.data.fireAt)
    if (stream !== scheduleStream(scheduleId)) continue
    own.push(event.type)
    if (event.type !== 'ScheduleInstantsNotFired') continue
    const { from, before, outcome, reason } = event.data
    const timing = { ...event.data, startsAt: null, endsAt: null }
    for (const instant of nextInstants(timing, from - 1, 20_000)) if (instant < before) notFired.push({ instant, outcome, reason })
  }
  return { fires, notFired, own, events }
}

/** Every second from the first to the last of them either fired once or is recorded as not fired, once. */
export function expectComplete({ fires, notFired }: ScheduleStory): void {
  const instants = [...fires, ...notFired.map(({ instant }) => instant)].sort((a, b) => a - b)
  const [first = 0] = instants
  expect(instants).toEqual(instants.map((_, index) => first + index * 1000))
}
