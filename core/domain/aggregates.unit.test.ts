import { eventNames, messageSchemas } from '@elves/schemas/generated/catalog.ts'
import { expect, test } from 'vitest'
import { aggregateOfStream, aggregates } from './aggregates.ts'

test('every folder of events is an aggregate, and every event belongs to exactly one', () => {
  expect(aggregates.map(({ name }) => name).sort()).toEqual(Object.keys(eventNames).sort())
  const types = aggregates.flatMap(({ eventTypes }) => eventTypes)
  expect(new Set(types).size).toBe(types.length)
  for (const type of types) expect(messageSchemas).toHaveProperty(type)
})

test('a stream belongs to exactly one aggregate, which gives back the id', () => {
  for (const aggregate of aggregates) {
    const stream = aggregate.streamOf('X-1')
    expect(aggregates.filter((other) => other.idOf(stream) !== null)).toEqual([aggregate])
    expect(aggregate.idOf(stream)).toBe('X-1')
    expect(aggregateOfStream(stream)).toBe(aggregate)
  }
  expect(aggregateOfStream('nothing-X')).toBeNull()
})

test('an event of one aggregate is no event of another', () => {
  for (const aggregate of aggregates) {
    for (const type of aggregate.eventTypes) expect(aggregates.filter((other) => other.isEvent({ event: { type } }))).toEqual([aggregate])
    expect(aggregate.isEvent({ event: { type: 'NothingHappened' } })).toBe(false)
  }
})
