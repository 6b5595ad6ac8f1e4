import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendResp, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'

export interface ProposedRecord {
  readonly id: string
  readonly type: string
  readonly isJson: boolean
  readonly data: Buffer
  readonly metadata: Buffer
}

export interface ProposedAppend {
  /** Name of the stream on the server, with its prefix. */
  readonly stream: string
  /** -1: the stream is empty. */
  readonly expectedVersion: number
  readonly records: readonly ProposedRecord[]
}

export type AppendAnswer =
  /** Also for a repetition. `position` is the commit position of the last record, which has been there since the first time. */
  { readonly ok: true; readonly position: number } | { readonly ok: false; readonly currentVersion: number }

/** A refusal that the server sent as the answer to one append of many; `code` is a status code of gRPC, as for a call of its own. */
export class RefusedAppend extends Error {
  readonly code: number

  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
  }
}

/** The messages of the call `Append`, which writes to one stream and ends. */
export function appendRequests({ stream, expectedVersion, records }: ProposedAppend) {
  const options = new messages.AppendReq.Options()
  options.setStreamIdentifier(identifierOf(stream))
  if (expectedVersion < 0) options.setNoStream(new sharedMessages.Empty())
  else options.setRevision(String(expectedVersion))
  const head = new messages.AppendReq()
  head.setOptions(options)
  const parts = records.map((record) => {
    const request = new messages.AppendReq()
    request.setProposedMessage(filled(new messages.AppendReq.ProposedMessage(), record))
    return request
  })
  return [head, ...parts]
}

/**
 * One message of the call `BatchAppend`: a whole append. It has no deadline: in the form that the client's protocol knows, that is a
 * time on the clock of the server; without one, the server takes its own limit for a write (2 s by default).
 */
export function batchAppendRequest(correlationId: string, { stream, expectedVersion, records }: ProposedAppend) {
  const options = new messages.BatchAppendReq.Options()
  options.setStreamIdentifier(identifierOf(stream))
  if (expectedVersion < 0) options.setNoStream(new sharedMessages.Empty() as never)
  else options.setStreamPosition(String(expectedVersion))
  const request = new messages.BatchAppendReq()
  request.setCorrelationId(uuidOf(correlationId))
  request.setOptions(options)
  request.setProposedMessagesList(records.map((record) => filled(new messages.BatchAppendReq.ProposedMessage(), record)))
  request.setIsFinal(true)
  return request
}

export function appendAnswer(response: AppendResp): AppendAnswer {
  const misfit = response.getWrongExpectedVersion()
  if (misfit) return { ok: false, currentVersion: misfit.hasCurrentRevision() ? Number(misfit.getCurrentRevision()) : -1 }
  return { ok: true, position: Number(response.getSuccess()?.getPosition()?.getCommitPosition()) }
}

const invalidArgument = 3
const failedPrecondition = 9
const unavailable = 14

/** Throws {@link RefusedAppend}. */
export function batchAppendAnswer(response: BatchAppendResp): AppendAnswer {
  const success = response.getSuccess()
  if (success) return { ok: true, position: Number(success.getPosition()?.getCommitPosition()) }
  const error = response.getError()
  const details = error?.getDetails()
  const misfit = details?.unpack(sharedMessages.WrongExpectedVersion.deserializeBinary, 'event_store.client.WrongExpectedVersion')
  if (misfit) return { ok: false, currentVersion: misfit.hasCurrentStreamRevision() ? Number(misfit.getCurrentStreamRevision()) : -1 }
  const kind = details?.getTypeName().split('.').at(-1) ?? ''
  const code = error?.getCode() ?? invalidArgument
  // A deleted stream has the code of a missing leader here, which passes; and a node that can not write now has none.
  if (kind === 'StreamDeleted') throw new RefusedAppend(failedPrecondition, 'the stream is deleted')
  throw new RefusedAppend(code === 0 ? unavailable : code, error?.getMessage() || kind)
}

interface ProposedMessage {
  setId(id: InstanceType<typeof sharedMessages.UUID>): unknown
  getMetadataMap(): { set(key: string, value: string): unknown }
  setData(data: Uint8Array): unknown
  setCustomMetadata(metadata: Uint8Array): unknown
}

function filled<Message extends ProposedMessage>(message: Message, { id, type, isJson, data, metadata }: ProposedRecord): Message {
  message.setId(uuidOf(id))
  message.getMetadataMap().set('type', type)
  message.getMetadataMap().set('content-type', isJson ? 'application/json' : 'application/octet-stream')
  message.setData(data)
  message.setCustomMetadata(metadata)
  return message
}

function identifierOf(stream: string) {
  const identifier = new sharedMessages.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  return identifier
}

function uuidOf(text: string) {
  const uuid = new sharedMessages.UUID()
  uuid.setString(text)
  return uuid
}
