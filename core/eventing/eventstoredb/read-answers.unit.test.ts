import type { NodeRecord } from '@elves/tests/eventstoredb/node-log.ts'
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  streamNotFoundMessage,
} from '@elves/tests/eventstoredb/node-messages.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswer, recordOfAnswer } from './read-answers.ts'

const bytes = fc.uint8Array({ maxLength: 300 })
const record: fc.Arbitrary<NodeRecord> = fc.record({
  id: fc.uuid(),
  stream: fc.string({ unit: 'grapheme', minLength: 1 }),
  version: fc.nat(),
  position: fc.maxSafeNat(),
  type: fc.string({ unit: 'grapheme' }),
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  createdAt: fc.integer({ min: 1, max: 4_000_000_000_000 }),
  data: bytes,
  metadata: bytes,
})

describe('an answer to a read', () => {
  it('is read from its bytes as the client of the server writes it', () => {
    fc.assert(
      fc.property(record, (written) => {
        const { contentType, data, metadata, ...rest } = written
        const read = readAnswer(eventMessage(written).serializeBinary())
        expect(read).toEqual({ ...rest, isJson: contentType === 'application/json', data: Buffer.from(data), metadata: Buffer.from(metadata) })
      }),
    )
  })

  it('has no record where it confirms, tells a checkpoint, the end, or that there is no such stream', () => {
    for (const message of [confirmationMessage(), checkpointMessage(7), caughtUpMessage(), streamNotFoundMessage('elves.a')])
      expect(readAnswer(message.serializeBinary())).toBe('NONE')
  })

  it('is refused where the server does not tell positions', () => {
    const [written] = fc.sample(record, 1) as [NodeRecord]
    const answer = readAnswer(eventMessage(written, true).serializeBinary())
    expect(() => recordOfAnswer(answer)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('is passed over where a later release adds to it', () => {
    const [written] = fc.sample(record, 1) as [NodeRecord]
    const known = eventMessage(written).serializeBinary()
    // A field 300 of the message, with a length.
    const added = Buffer.concat([Buffer.from([0xe2, 0x12, 2, 1, 2]), known])
    expect(readAnswer(added)).toEqual(readAnswer(known))
  })
})
