import { asBuffer } from '@elves/schemas/codec/codec.ts'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import protobuf from 'protobufjs/minimal.js'
import { type AppendAnswer, type ProposedAppend, type ProposedRecord, RefusedAppend } from './append-requests.ts'
import { wholeOf } from './read-answers.ts'

const { BufferReader, BufferWriter } = protobuf
type Writer = InstanceType<typeof BufferWriter>

/** Field numbers with the type of what has a length, and with that of a number. */
const sized = (field: number) => (field << 3) | 2
const numeric = (field: number) => field << 3

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
  const writer = new BufferWriter()
  writeId(writer.uint32(sized(1)).fork(), correlationId).ldelim()
  // Options: 1 stream (3 its name), 2 expected position, 3 no stream.
  const options = writer.uint32(sized(2)).fork()
  options.uint32(sized(1)).fork().uint32(sized(3)).string(stream).ldelim()
  if (expectedVersion < 0) options.uint32(sized(3)).fork().ldelim()
  else options.uint32(numeric(2)).uint64(expectedVersion)
  options.ldelim()
  for (const record of records) writeRecord(writer.uint32(sized(3)).fork(), record).ldelim()
  return asBuffer(writer.uint32(numeric(4)).bool(true).finish())
}

/** 1 id, 2 properties, 3 metadata of ours, 4 data. */
function writeRecord(writer: Writer, { id, type, isJson, metadata, data }: ProposedRecord): Writer {
  writeId(writer.uint32(sized(1)).fork(), id).ldelim()
  writeProperty(writer, 'type', type)
  writeProperty(writer, 'content-type', isJson ? 'application/json' : 'application/octet-stream')
  writer.uint32(sized(3)).bytes(metadata).uint32(sized(4)).bytes(data)
  return writer
}

function writeId(writer: Writer, id: string): Writer {
  writer.uint32(sized(2)).string(id)
  return writer
}

function writeProperty(writer: Writer, key: string, value: string): void {
  writer.uint32(sized(2)).fork().uint32(sized(1)).string(key).uint32(sized(2)).string(value).ldelim()
}

/** An answer to one append of many. */
export interface BatchAnswer {
  readonly correlationId: string
  /** What it says; throws {@link RefusedAppend}. */
  answer(): AppendAnswer
}

/** Reads a `BatchAppendResp`: 1 correlation, 2 error, 3 success. */
export function batchAnswer(bytes: Uint8Array): BatchAnswer {
  const wire = new BufferReader(asBuffer(bytes))
  let correlationId = ''
  let position: number | null = null
  while (wire.pos < wire.len) {
    const tag = wire.uint32()
    if (tag === sized(1)) correlationId = fieldWithin(wire, sized(2), () => wire.string()) ?? ''
    // Success: 3 position (1 commit position).
    else if (tag === sized(3))
      position = fieldWithin(wire, sized(3), () => fieldWithin(wire, numeric(1), () => wholeOf(wire.uint64())) ?? 0) ?? Number.NaN
    else wire.skipType(tag & 7)
  }
  const ok = position === null ? null : ({ ok: true, position } as const)
  return { correlationId, answer: () => ok ?? refusal(bytes) }
}

/** Reads a message of which only one field is wanted. */
function fieldWithin<Value>(wire: InstanceType<typeof BufferReader>, wanted: number, read: () => Value): Value | null {
  const end = wire.uint32() + wire.pos
  let value: Value | null = null
  while (wire.pos < end) {
    const tag = wire.uint32()
    if (tag === wanted) value = read()
    else wire.skipType(tag & 7)
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
