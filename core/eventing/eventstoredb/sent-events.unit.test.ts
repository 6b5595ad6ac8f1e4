import { sampleEvents } from '@elves/tests/contracts/sample-events.ts'
import { expect, test } from 'vitest'
import { encodeEvents } from '../encoded-event.ts'
import { proposedRecords } from './event-record.ts'
import { type SentAppend, SentEvents } from './sent-events.ts'
import type { StoredRecord } from './stored-record.ts'

const logId = 'f'.repeat(32)
const stream = 'elves.task-1'

function sent(count: number): { readonly append: SentAppend; readonly records: readonly StoredRecord[] } {
  const events = sampleEvents(count)
  const encoded = encodeEvents(events)
  const mark = { append: 'one', notBefore: null }
  const proposed = { stream, expectedVersion: -1, records: proposedRecords(events, encoded, mark) }
  const records = proposed.records.map((record, version) => ({ ...record, stream, version, position: 100 * (version + 1), createdAt: 1 }))
  return { append: { proposed, events, encoded, mark }, records }
}

test('what a process has sent is known again once, and what another wrote in its name never', () => {
  const events = new SentEvents({ logId, prefix: 'elves.' })
  const { append, records } = sent(2)
  const expected = events.expect(append)
  expect(events.expect(append)).toBeNull()
  const [first, second] = records as [StoredRecord, StoredRecord]
  expect(events.recognise({ ...first, metadata: Buffer.from('{}') })).toBeNull()
  expect(events.recognise(first)?.id).toBe(first.id)
  expect(expected?.recorded()).toBeNull()
  expect(events.recognise(second)?.id).toBe(second.id)
  expect(expected?.recorded()).toHaveLength(2)
  expected?.end(true)
  expect(events.recognise(second)).toBeNull()
})

test('what comes later than its append waits is known still, and once', () => {
  const events = new SentEvents({ logId, prefix: 'elves.' })
  const { append, records } = sent(2)
  const [first, second] = records as [StoredRecord, StoredRecord]
  const expected = events.expect(append)
  events.recognise(first)
  expected?.end(true)
  expect(events.recognise(first)).toBeNull()
  expect(events.recognise(second)?.id).toBe(second.id)
  expect(events.recognise(second)).toBeNull()
  // Nobody is there to bring what a process without followers has sent.
  const { append: other, records: others } = sent(1)
  events.expect(other)?.end(false)
  expect(events.recognise(others[0] as StoredRecord)).toBeNull()
})

test('tells how many events are awaited: each until it comes, or until nobody waits for it', () => {
  const events = new SentEvents({ logId, prefix: 'elves.' })
  const [one, other] = [sent(2), sent(3)]
  const [first, second] = [events.expect(one.append), events.expect(other.append)]
  expect(events.awaited).toBe(5)
  for (const record of one.records) events.recognise(record)
  expect(events.awaited).toBe(3)
  events.recognise(other.records[0] as StoredRecord)
  events.recognise(other.records[0] as StoredRecord)
  expect(events.awaited).toBe(2)
  second?.end(true)
  first?.end(false)
  expect(events.awaited).toBe(0)
  for (const record of other.records) events.recognise(record)
  expect(events.awaited).toBe(0)
})

test('of what comes later, the oldest is forgotten where it is much', () => {
  const events = new SentEvents({ logId, prefix: 'elves.' })
  const all = Array.from({ length: 1_001 }, () => sent(1))
  for (const { append } of all) events.expect(append)?.end(true)
  expect(events.recognise(all[0]?.records[0] as StoredRecord)).toBeNull()
  expect(events.recognise(all[1]?.records[0] as StoredRecord)).not.toBeNull()
  expect(events.recognise(all[1_000]?.records[0] as StoredRecord)).not.toBeNull()
})
