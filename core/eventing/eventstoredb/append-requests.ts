import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
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
    request.setProposedMessage(proposedMessage(record))
    return request
  })
  return [head, ...parts]
}

export function appendAnswer(response: AppendResp): AppendAnswer {
  const misfit = response.getWrongExpectedVersion()
  if (misfit) return { ok: false, currentVersion: misfit.hasCurrentRevision() ? Number(misfit.getCurrentRevision()) : -1 }
  return { ok: true, position: Number(response.getSuccess()?.getPosition()?.getCommitPosition()) }
}

function proposedMessage({ id, type, isJson, data, metadata }: ProposedRecord) {
  const message = new messages.AppendReq.ProposedMessage()
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
