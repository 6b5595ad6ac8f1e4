import { asBuffer } from '@elves/schemas/codec/codec.ts'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import { type AppendAnswer, type ProposedAppend, type ProposedRecord, RefusedAppend } from './append-requests.ts'
import { numeric, sized, WireReader, WireWriter } from './wire.ts'

/** An append that is sent as a message of the stream of appends. */
export interface BatchedAppend {
  readonly correlationId: string
  readonly append: ProposedAppend
}

/**
 * Writes a `BatchAppendReq`: a whole append. It has no deadline: in the form that the client's protocol knows, that is a time on the
 * clock of the server; without one, the server takes its own limit for a write (2 s by default).
 */
export function batchAppendBytes({ correlationId, append: { stream, expectedVersion, records } }: BatchedAppend): Buffer {
  const writer = new WireWriter()
  writer.message(1, () => writer.text(2, correlationId))
  // Options: 1 stream (3 its name), 2 expected position, 3 no stream.
  writer.message(2, () => {
    writer.message(1, () => writer.text(3, stream))
    if (expectedVersion < 0) writer.message(3, () => undefined)
    else writer.number(numeric(2)).number(expectedVersion)
  })
  for (const record of records) writer.message(3, () => writeRecord(writer, record))
  return writer.number(numeric(4)).number(1).finish()
}

/** 1 id, 2 properties, 3 metadata of ours, 4 data. */
function writeRecord(writer: WireWriter, { id, type, isJson, metadata, data }: ProposedRecord): void {
  writer.message(1, () => writer.text(2, id))
  writeProperty(writer, 'type', type)
  writeProperty(writer, 'content-type', isJson ? 'application/json' : 'application/octet-stream')
  writer.bytes(3, metadata).bytes(4, data)
}

function writeProperty(writer: WireWriter, key: string, value: string): void {
  writer.message(2, () => writer.text(1, key).text(2, value))
}

/** An answer to one append of many. */
export interface BatchAnswer {
  readonly correlationId: string
  /** What it says; throws {@link RefusedAppend}. */
  answer(): AppendAnswer
}

/** Reads a `BatchAppendResp`: 1 correlation, 2 error, 3 success. */
export function batchAnswer(bytes: Uint8Array): BatchAnswer {
  const wire = new WireReader(asBuffer(bytes))
  let correlationId = ''
  let position: number | null = null
  while (wire.at < wire.end) {
    const tag = wire.number()
    if (tag === sized(1)) correlationId = fieldWithin(wire, sized(2), () => wire.text()) ?? ''
    // Success: 3 position (1 commit position).
    else if (tag === sized(3)) position = fieldWithin(wire, sized(3), () => fieldWithin(wire, numeric(1), () => wire.number()) ?? 0) ?? Number.NaN
    else wire.skip(tag)
  }
  const ok = position === null ? null : ({ ok: true, position } as const)
  return { correlationId, answer: () => ok ?? refusal(bytes) }
}

/** Reads a message of which only one field is wanted. */
function fieldWithin<Value>(wire: WireReader, wanted: number, read: () => Value): Value | null {
  const end = wire.number() + wire.at
  let value: Value | null = null
  while (wire.at < end) {
    const tag = wire.number()
    if (tag === wanted) value = read()
    else wire.skip(tag)
  }
  return value
}

const invalidArgument = 3
const failedPrecondition = 9
const unavailable = 14

/** Rare, so the client's own messages will do. Throws {@link RefusedAppend}. */
function refusal(bytes: Uint8Array): AppendAnswer {
  const error = messages.BatchAppendResp.deserializeBinary(bytes).getError()
  const details = error?.getDetails()
  const misfit = details?.unpack(sharedMessages.WrongExpectedVersion.deserializeBinary, 'event_store.client.WrongExpectedVersion')
  if (misfit) return { ok: false, currentVersion: misfit.hasCurrentStreamRevision() ? Number(misfit.getCurrentStreamRevision()) : -1 }
  const kind = details?.getTypeName().split('.').at(-1) ?? ''
  const code = error?.getCode() ?? invalidArgument
  // A deleted stream has the code of a missing leader here, which passes; and a node that can not write now has none.
  if (kind === 'StreamDeleted') throw new RefusedAppend(failedPrecondition, 'the stream is deleted')
  throw new RefusedAppend(code === 0 ? unavailable : code, error?.getMessage() || kind)
}
