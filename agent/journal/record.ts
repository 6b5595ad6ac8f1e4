import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { AttemptEnd, ProcessingOutcome } from './journal.ts'

/** One record in the journal. Instants are ms since the epoch on the center's clock. */
export type JournalRecord =
  | { readonly type: 'created'; readonly journalId: string }
  | { readonly type: 'accepted'; readonly at: number; readonly task: RunTask }
  | { readonly type: 'starting'; readonly taskId: string; readonly attempt: number; readonly at: number }
  | {
      readonly type: 'ended'
      readonly end: AttemptEnd
      readonly notAfter: number
      readonly acceptedAt: number | null
      readonly startingAt: number | null
    }
  /** The attempt's end has a receipt; the id is kept until `until`. */
  | { readonly type: 'settled'; readonly taskId: string; readonly attempt: number; readonly until: number }
  /** The result of an attempt has to go to the app's processor. Written with `ended`. */
  | { readonly type: 'result'; readonly task: RunTask; readonly end: AttemptEnd }
  /** A call of the processor failed. */
  | { readonly type: 'called'; readonly taskId: string; readonly attempt: number; readonly calls: number }
  | ({ readonly type: 'processed'; readonly taskId: string; readonly attempt: number } & ProcessingOutcome)
  /** The outcome of the processing has a receipt. */
  | { readonly type: 'told'; readonly taskId: string; readonly attempt: number }

const tags = { created: 1, accepted: 2, starting: 3, ended: 4, settled: 5, result: 6, called: 7, processed: 8, told: 9 } as const

/** A tag byte, then numbers as float64, then the Avro message or the id; the records about processors have their fields as JSON, but `result`. */
export function encodeRecord(record: JournalRecord): Buffer {
  const tag = Buffer.of(tags[record.type])
  switch (record.type) {
    case 'created':
      return Buffer.concat([tag, Buffer.from(record.journalId)])
    case 'accepted':
      return Buffer.concat([tag, instants(record.at), encode('RunTask', record.task)])
    case 'starting':
      return Buffer.concat([tag, instants(record.at, record.attempt), Buffer.from(record.taskId)])
    case 'ended':
      return Buffer.concat([
        tag,
        instants(record.notAfter, record.acceptedAt, record.startingAt),
        encode('AttemptEnded', { ...record.end, reportId: 0 }),
      ])
    case 'settled':
      return Buffer.concat([tag, instants(record.until, record.attempt), Buffer.from(record.taskId)])
    case 'result': {
      const task = encode('RunTask', record.task)
      return Buffer.concat([tag, instants(task.length), task, encode('AttemptEnded', { ...record.end, reportId: 0 })])
    }
    case 'called':
    case 'processed':
    case 'told':
      return Buffer.concat([tag, Buffer.from(JSON.stringify(record))])
  }
}

/** Throws if this release does not know the record's tag. */
export function decodeRecord(bytes: Buffer): JournalRecord {
  switch (bytes[0]) {
    case tags.created:
      return { type: 'created', journalId: bytes.toString('utf8', 1) }
    case tags.accepted:
      return { type: 'accepted', at: bytes.readDoubleLE(1), task: decodeAs('RunTask', bytes.subarray(9)) }
    case tags.starting:
      return { type: 'starting', at: bytes.readDoubleLE(1), attempt: bytes.readDoubleLE(9), taskId: bytes.toString('utf8', 17) }
    case tags.ended: {
      const { reportId: _, ...end } = decodeAs('AttemptEnded', bytes.subarray(25))
      return { type: 'ended', notAfter: bytes.readDoubleLE(1), acceptedAt: instant(bytes, 9), startingAt: instant(bytes, 17), end }
    }
    case tags.settled:
      return { type: 'settled', until: bytes.readDoubleLE(1), attempt: bytes.readDoubleLE(9), taskId: bytes.toString('utf8', 17) }
    case tags.result: {
      const endAt = 9 + bytes.readDoubleLE(1)
      const { reportId: _, ...end } = decodeAs('AttemptEnded', bytes.subarray(endAt))
      return { type: 'result', task: decodeAs('RunTask', bytes.subarray(9, endAt)), end }
    }
    case tags.called:
    case tags.processed:
    case tags.told:
      return JSON.parse(bytes.toString('utf8', 1)) as JournalRecord
    default:
      throw new TypeError(`no journal record has the tag ${bytes[0]}`)
  }
}

function instants(...values: readonly (number | null)[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length)
  values.forEach((value, index) => {
    bytes.writeDoubleLE(value ?? Number.NaN, 8 * index)
  })
  return bytes
}

function instant(bytes: Buffer, offset: number): number | null {
  const value = bytes.readDoubleLE(offset)
  return Number.isNaN(value) ? null : value
}
