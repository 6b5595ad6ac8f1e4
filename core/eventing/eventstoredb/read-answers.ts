import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { ElvesError } from '../../foundation/errors.ts'
import type { StoredRecord } from './stored-record.ts'
import { sized, WireReader } from './wire.ts'

/**
 * An answer to a read or a subscription: its record; `NONE` if it has none (a confirmation, a checkpoint, "no such stream"), or
 * `POSITIONLESS` for a record without a position.
 */
export type ReadAnswer = StoredRecord | 'NONE' | 'POSITIONLESS'

/**
 * Reads a `ReadResp` from its bytes. Every event that a process follows comes as such a message of its own, and to make all the objects
 * that the client's messages consist of took longer than all else that a record costs.
 */
export function readAnswer(bytes: Uint8Array): ReadAnswer {
  const event = within(new WireReader(asBuffer(bytes)), 1)
  const record = event && within(event, 1)
  return record ? recordOf(record) : 'NONE'
}

/** Throws CONFIG_INVALID for a record without a position: before 22.6, a server tells positions only in reads of `$all`; elsewhere it returns 2^64 - 1. */
export function recordOfAnswer(answer: ReadAnswer): StoredRecord | null {
  if (answer === 'NONE') return null
  if (answer !== 'POSITIONLESS') return answer
  throw new ElvesError('CONFIG_INVALID', 'this EventStoreDB does not tell the positions of events; release 22.6 or later is needed')
}

/** Returns a reader of the message in this field; null if it is not there. */
function within(wire: WireReader, field: number): WireReader | null {
  while (wire.at < wire.end) {
    const tag = wire.number()
    if (tag === sized(field)) return new WireReader(wire.bytes())
    wire.skip(tag)
  }
  return null
}

const empty: Buffer = Buffer.alloc(0)
/** In properties of a record, times are counted in 100 ns: all but the last four digits are ms. */
const digitsBelowMs = 4

/** `RecordedEvent`: 1 id, 2 stream, 3 revision, 5 commit position, 6 properties, 7 metadata of ours, 8 data. */
function recordOf(wire: WireReader): StoredRecord | 'POSITIONLESS' {
  let [id, stream, type, contentType, created] = ['', '', '', '', '']
  let [version, position] = [0, Number.NaN]
  let [data, metadata] = [empty, empty]
  while (wire.at < wire.end) {
    const tag = wire.number()
    switch (tag >>> 3) {
      case 1:
        id = textWithin(wire, 2)
        break
      case 2:
        stream = textWithin(wire, 3)
        break
      case 3:
        version = wire.number()
        break
      case 5:
        position = wire.number()
        break
      case 6: {
        const [key, value] = property(wire)
        if (key === 'type') type = value
        else if (key === 'content-type') contentType = value
        else if (key === 'created') created = value
        break
      }
      case 7:
        metadata = wire.bytes()
        break
      case 8:
        data = wire.bytes()
        break
      default:
        wire.skip(tag)
    }
  }
  // A record at the very beginning of the log has the position 0, which is not on the wire.
  if (Number.isNaN(position)) position = 0
  if (!Number.isSafeInteger(position)) return 'POSITIONLESS'
  const createdAt = Number(created.slice(0, -digitsBelowMs))
  return { id, stream, version, position, type, isJson: contentType === 'application/json', createdAt, data, metadata }
}

/** Reads a message of which only this field is wanted. */
function textWithin(wire: WireReader, field: number): string {
  const end = wire.number() + wire.at
  let text = ''
  while (wire.at < end) {
    const tag = wire.number()
    if (tag === sized(field)) text = wire.text()
    else wire.skip(tag)
  }
  return text
}

/** Reads an entry of a map from text to text. */
function property(wire: WireReader): readonly [key: string, value: string] {
  const end = wire.number() + wire.at
  let [key, value] = ['', '']
  while (wire.at < end) {
    const tag = wire.number()
    if (tag === sized(1)) key = wire.text()
    else if (tag === sized(2)) value = wire.text()
    else wire.skip(tag)
  }
  return [key, value]
}
