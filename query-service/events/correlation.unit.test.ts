import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { expect, test } from 'vitest'
import { causedTree } from './correlation.ts'

function event(id: string, stream: string, recordedAt: number, causationId: string | null = null): RecordedEvent {
  return { id, stream, recordedAt, context: { causationId } } as RecordedEvent
}

const shown = (events: readonly RecordedEvent[]) =>
  causedTree(events).map(({ event: { id }, depth, afterMs }) => `${'  '.repeat(depth)}${id} +${afterMs}`)

test('an event stands below the one that it names, else below the one before it in its stream', () => {
  const events = [
    event('request', 'task-1', 100),
    event('dispatch', 'task-1', 100),
    event('request2', 'task-2', 101),
    event('started', 'task-1', 130, 'dispatch'),
    event('ended', 'task-1', 190, 'dispatch'),
    event('elsewhere', 'queue-1', 200, 'ended'),
    event('request3', 'task-2', 210),
  ]
  expect(shown(events)).toEqual([
    'request +0',
    '  dispatch +0',
    '    started +30',
    '    ended +90',
    '      elsewhere +10',
    'request2 +1',
    '  request3 +109',
  ])
  expect(causedTree(events).map(({ sinceStartMs }) => sinceStartMs)).toEqual([0, 0, 30, 90, 100, 1, 110])
})

test('a cause that is not among the events, or comes later, is none', () => {
  expect(shown([event('one', 'a', 1, 'two'), event('two', 'b', 2, 'a request')])).toEqual(['one +0', 'two +1'])
  expect(causedTree([])).toEqual([])
})
