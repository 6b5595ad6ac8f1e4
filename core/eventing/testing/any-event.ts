import { anyUtf16, anyValue } from '@elves/schemas/codec/any-value.ts'
import fc from 'fast-check'
import { aggregates } from '../../domain/aggregates.ts'
import type { DomainEvent, DomainEventType } from '../../domain/events.ts'
import type { NewEvent } from '../event-store.ts'

/** Every type of event. */
export const eventTypes: readonly DomainEventType[] = aggregates.flatMap((aggregate) => aggregate.eventTypes as readonly DomainEventType[])

/** Mostly well-formed texts, some with NUL; otherwise almost no event could be appended. */
const text = fc.oneof({ weight: 9, arbitrary: anyUtf16.map((one) => one.toWellFormed()) }, { weight: 1, arbitrary: anyUtf16 })
const long = fc.oneof(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.constantFrom(2 ** 52, 2 ** 52 + 1, -(2 ** 52), -(2 ** 52) - 1))

/** For property tests: events as a writer might send them, including some that no store accepts. */
export function anyNewEvent(types: readonly DomainEventType[] = eventTypes): fc.Arbitrary<NewEvent> {
  const event = fc.constantFrom(...types).chain((type) => anyValue(type, { text, long }).map((data) => ({ type, data }) as DomainEvent))
  return fc.record({ event, context: anyValue('EventContext', { text }), id: fc.uuid() })
}

/** Makes Buffers and objects of generated classes comparable by their content. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
