import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { AttemptEnd, DroppedBatch, FiredCron, ProcessingOutcome } from './journal.ts'

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
  /** Nobody is to be told of the processing: the run was dropped. */
  | { readonly type: 'untold'; readonly taskId: string; readonly attempt: number }

  /** A run of an agent's own cron is accepted; all instants from `since` to its own are over. */
  | { readonly type: 'fired'; readonly at: number; readonly cron: FiredCron; readonly since: number; readonly task: RunTask }
  /** All instants of own crons in this stretch of the host's clock are over. */
  | { readonly type: 'lived'; readonly since: number; readonly to: number }
  /** A run of an own cron that the center was not told is given up; it is in this batch of dropped runs. */
  | { readonly type: 'dropped'; readonly taskId: string; readonly attempt: number; readonly batch: number }
  | ({ readonly type: 'drops' } & DroppedBatch)
  /** The center knows of all batches of dropped runs up to this one. */
  | { readonly type: 'dropsTold'; readonly batch: number }

const tags = {
  created: 1,
  accepted: 2,
  starting: 3,
  ended: 4,
  settled: 5,
  result: 6,
  called: 7,
  processed: 8,
  told: 9,
  fired: 10,
  lived: 11,
  dropped: 12,
  drops: 13,
  dropsTold: 14,
  untold: 15,
} as const

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
    case 'untold':
      return Buffer.concat([tag, Buffer.from(JSON.stringify(record))])
    case 'fired': {
      const id = Buffer.from(record.cron.id)
      return Buffer.concat([tag, instants(record.at, record.cron.fireAt, record.since, id.length), id, encode('RunTask', record.task)])
    }
    case 'lived':
      return Buffer.concat([tag, instants(record.since, record.to)])
    case 'dropped':
      return Buffer.concat([tag, instants(record.attempt, record.batch), Buffer.from(record.taskId)])
    case 'drops':
      return Buffer.concat([tag, instants(record.batch, record.count, record.firstFireAt, record.lastFireAt)])
    case 'dropsTold':
      return Buffer.concat([tag, instants(record.batch)])
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
    case tags.untold:
      return JSON.parse(bytes.toString('utf8', 1)) as JournalRecord
    case tags.fired: {
      const task = 33 + bytes.readDoubleLE(25)
      const cron = { id: bytes.toString('utf8', 33, task), fireAt: bytes.readDoubleLE(9) }
      return { type: 'fired', at: bytes.readDoubleLE(1), cron, since: bytes.readDoubleLE(17), task: decodeAs('RunTask', bytes.subarray(task)) }
    }
    case tags.lived:
      return { type: 'lived', since: bytes.readDoubleLE(1), to: bytes.readDoubleLE(9) }
    case tags.dropped:
      return { type: 'dropped', attempt: bytes.readDoubleLE(1), batch: bytes.readDoubleLE(9), taskId: bytes.toString('utf8', 17) }
    case tags.drops: {
      const [batch, count, firstFireAt, lastFireAt] = [1, 9, 17, 25].map((offset) => bytes.readDoubleLE(offset)) as [number, number, number, number]
      return { type: 'drops', batch, count, firstFireAt, lastFireAt }
    }
    case tags.dropsTold:
      return { type: 'dropsTold', batch: bytes.readDoubleLE(1) }
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
