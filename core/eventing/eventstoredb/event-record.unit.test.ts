import { anyValue } from '@elves/schemas/codec/any-value.ts'
import type { MessageName } from '@elves/schemas/codec/codec.ts'
import { messageSchemas } from '@elves/schemas/generated/catalog.ts'
import { sampleContext, sampleEvent } from '@elves/tests/contracts/sample-events.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEvent, encodeEvents } from '../encoded-event.ts'
import type { NewEvent } from '../event-store.ts'
import type { ProposedRecord } from './append-requests.ts'
import { type AppendMark, proposedRecords, readEvent } from './event-record.ts'
import type { StoredRecord } from './stored-record.ts'

const mark: AppendMark = { append: '0123456789abcdef', notBefore: null }
const eventNames = (Object.keys(messageSchemas) as MessageName[]).filter((name) => /^(Task|Agent)[A-Z]/.test(name))

function proposed(event: NewEvent, given: AppendMark = mark): ProposedRecord {
  return proposedRecords([event], encodeEvents([event]), given)[0] as ProposedRecord
}

function stored(record: ProposedRecord, changes: Partial<StoredRecord> = {}): StoredRecord {
  return { ...record, stream: 'elves.task-1', version: 3, position: 4711, createdAt: 1_700_000_000_000, ...changes }
}

function read(record: StoredRecord) {
  return readEvent('0a0b0c0d', 'task-1', record)
}

describe('an event as the server keeps it', () => {
  it('is read as any other store would give it back, whatever is in it', () => {
    const event = fc.constantFrom(...eventNames).chain((type) =>
      fc.record({ data: anyValue(type), context: anyValue('EventContext') }).map(({ data, context }) => ({
        id: crypto.randomUUID(),
        event: { type, data } as never,
        context,
      })),
    )
    fc.assert(
      fc.property(event, (one) => {
        const [bytes] = encodeEvents([one])
        if (!bytes) throw new Error('unreachable')
        const expected = decodeEvent(bytes.type, bytes.context, bytes.data, {})
        const { id, stream, version, position, event: readBack, context } = read(stored(proposed(one)))
        expect({ event: readBack, context }).toEqual(expected)
        expect({ id, stream, version, position }).toEqual({ id: one.id, stream: 'task-1', version: 3, position: '0a0b0c0d-0000000000001267' })
      }),
      { numRuns: 500 },
    )
  })

  it('is JSON in plain words, with its context beside it', () => {
    const event = sampleEvent(7)
    const { type, isJson, data, metadata } = proposed(event)
    expect({ type, isJson }).toEqual({ type: 'TaskStarted', isJson: true })
    expect(JSON.parse(data.toString())).toEqual(event.event.data)
    expect(JSON.parse(metadata.toString())).toMatchObject({
      context: sampleContext,
      schema: expect.stringMatching(/^[0-9a-f]{16}$/),
      append: mark.append,
    })
  })

  it('is its Avro bytes where JSON would make it too large for the server', () => {
    const message = { inline: '\u0001'.repeat(256 * 1024), encrypted: null, reference: null }
    const output = { workerFlag: 1, message, costMs: 1, truncated: false, byteCount: 1, sha256: null, altered: false, printed: null, exit: null }
    const data = { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1, isLate: false, output }
    const record = proposed({ ...sampleEvent(), event: { type: 'TaskSucceeded', data } })
    expect(record.isJson).toBe(false)
    expect(record.data.length).toBeLessThan(300 * 1024)
    expect(read(stored(record)).event.data).toEqual(data)
  })

  it('was never recorded before the event that it follows, whatever the clocks say', () => {
    const record = proposed(sampleEvent(), { ...mark, notBefore: 1_700_000_000_500 })
    expect(read(stored(record, { createdAt: 1_700_000_000_000 })).recordedAt).toBe(1_700_000_000_500)
    expect(read(stored(record, { createdAt: 1_700_000_001_000 })).recordedAt).toBe(1_700_000_001_000)
  })
})

describe('what is no event of ours', () => {
  const good = stored(proposed(sampleEvent()))
  const metadata = JSON.parse(good.metadata.toString())
  const withMetadata = (changes: object) => ({ ...good, metadata: Buffer.from(JSON.stringify({ ...metadata, ...changes })) })

  it.each<[string, StoredRecord]>([
    ['no JSON', { ...good, data: Buffer.from('{"agentId":') }],
    ['a field missing', { ...good, data: Buffer.from('{}') }],
    ['a field of another type', { ...good, data: Buffer.from(good.data.toString().replace('"apptest"', '7')) }],
    ['no metadata', { ...good, metadata: Buffer.alloc(0) }],
    ['a schema that nobody knows', withMetadata({ schema: 'ab'.repeat(8) })],
    ['a schema of another event', { ...good, type: 'TaskLost' }],
    ['no context', withMetadata({ context: null })],
    ['no fingerprint', withMetadata({ schema: 7 })],
  ])('is told as unreadable, with its place: %s', (_, record) => {
    const facts = { type: record.type, stream: 'task-1', version: 3, position: '0a0b0c0d-0000000000001267' }
    expect(() => read(record)).toThrow(expect.objectContaining({ code: 'EVENT_UNREADABLE', facts }))
  })
})
