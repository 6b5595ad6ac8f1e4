import type { NodeRecord } from '@elves/tests/eventstoredb/node-log.ts'
import { batchAppendMessage, batchErrors, batchSuccess, proposedOf, streamOf } from '@elves/tests/eventstoredb/node-messages.ts'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProposedRecord } from './append-requests.ts'
import { batchAnswer, batchAppendBytes } from './batch-messages.ts'

const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some))
const record: fc.Arbitrary<ProposedRecord> = fc.record({
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme', minLength: 1 }),
  isJson: fc.boolean(),
  data: bytes,
  metadata: bytes,
})
const append = fc.record({
  stream: fc.string({ unit: 'grapheme', minLength: 1 }),
  expectedVersion: fc.oneof(fc.constant(-1), fc.nat()),
  records: fc.array(record, { maxLength: 4 }),
})

describe('an append of many', () => {
  it('is written as the server reads it', () => {
    fc.assert(
      fc.property(fc.uuid(), append, (correlationId, one) => {
        const read = messages.BatchAppendReq.deserializeBinary(batchAppendBytes({ correlationId, append: one }))
        const options = read.getOptions()
        if (!options) throw new Error('it has no options')
        expect(read.getCorrelationId()?.getString()).toBe(correlationId)
        expect(read.getIsFinal()).toBe(true)
        expect(streamOf(options)).toBe(one.stream)
        expect(options.hasNoStream() ? -1 : Number(options.getStreamPosition())).toBe(one.expectedVersion)
        const there = read.getProposedMessagesList().map(proposedOf)
        expect(there).toEqual(
          one.records.map(({ isJson, data, metadata, ...rest }) => ({
            ...rest,
            contentType: isJson ? 'application/json' : 'application/octet-stream',
            data: new Uint8Array(data),
            metadata: new Uint8Array(metadata),
          })),
        )
      }),
    )
  })
})

describe('an answer to an append of many', () => {
  const request = messages.BatchAppendReq.deserializeBinary(
    batchAppendBytes({ correlationId: 'c0ffee00-0000-4000-8000-000000000001', append: { stream: 'elves.a', expectedVersion: -1, records: [] } }),
  )
  const answered = (with_: Parameters<typeof batchAppendMessage>[1]) => batchAnswer(batchAppendMessage(request, with_).serializeBinary())
  const last = { position: 2 ** 52, version: 3 } as NodeRecord

  it('says whose it is, and where the last record is', () => {
    const { correlationId, answer } = answered(batchSuccess(last, 0))
    expect(correlationId).toBe('c0ffee00-0000-4000-8000-000000000001')
    expect(answer()).toEqual({ ok: true, position: 2 ** 52 })
    expect(answered(batchSuccess(null, 7)).answer()).toEqual({ ok: true, position: 7 })
  })

  it('says at which version the stream is', () => {
    expect(answered(batchErrors.wrongVersion(5, 3)).answer()).toEqual({ ok: false, currentVersion: 5 })
    expect(answered(batchErrors.wrongVersion(-1, 3)).answer()).toEqual({ ok: false, currentVersion: -1 })
  })

  it('is a refusal with the code that a call of its own would have', () => {
    expect(() => answered(batchErrors.deleted('elves.a')).answer()).toThrow(expect.objectContaining({ code: 9 }))
    expect(() => answered(batchErrors.notReady()).answer()).toThrow(expect.objectContaining({ code: 14 }))
    expect(() => answered(batchErrors.timeout()).answer()).toThrow(expect.objectContaining({ code: 4 }))
    expect(() => answered(batchErrors.tooLarge(1_048_576)).answer()).toThrow(expect.objectContaining({ code: 3 }))
  })
})
