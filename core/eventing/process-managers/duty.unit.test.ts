import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { expect, test } from 'vitest'
import { memoryEventStore } from '../memory/memory-event-store.ts'
import { type Duty, fulfil } from './duty.ts'

/** A duty about two streams, of which the first has two events; it acts on rows whose stream has any. */
async function setUp(changes: Partial<Duty<string, string>> = {}) {
  const store = memoryEventStore()
  const [written, empty] = [sampleStream(), sampleStream()]
  await store.append([sampleAppend(written, -1, 2)])
  const acted: (readonly string[])[] = []
  const duty: Duty<string, string> = {
    due: async () => [empty, written],
    streamOf: (row) => row,
    decide: (row, history) => (history.length > 0 ? `${row} ${history.length}` : null),
    act: async (decided) => void acted.push(decided),
    ...changes,
  }
  return { acted, written, empty, fulfil: () => fulfil(duty, store) }
}

test('decides by the whole stream of each row, and acts on all at once', async () => {
  const here = await setUp()
  expect(await here.fulfil()).toBe(2)
  expect(here.acted).toEqual([[`${here.written} 2`]])
})

test('leaves out rows that nothing can be done about now, and counts them all the same', async () => {
  const here = await setUp({ isActionable: async () => false })
  expect(await here.fulfil()).toBe(2)
  expect(here.acted).toEqual([])
})

test('does nothing where nothing is due', async () => {
  const here = await setUp({ due: async () => [] })
  expect(await here.fulfil()).toBe(0)
  expect(here.acted).toEqual([])
})
