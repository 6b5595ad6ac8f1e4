import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import statusMessages from '@eventstore/db-client/generated/status_pb.js'
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js'
import type { NodeAppend, NodeRecord, ProposedNodeRecord } from './node-log.ts'

/** 2^64 - 1, the server's form of -1. */
const noPosition = '18446744073709551615'
const ticksPerMs = 10_000n
const empty = () => new sharedMessages.Empty()
const { ReadResp: Read, AppendResp: Append, BatchAppendResp: BatchAppend } = messages

export function eventMessage(record: NodeRecord, hidesPosition = false): ReadResp {
  const position = hidesPosition ? noPosition : String(record.position)
  const event = new Read.ReadEvent.RecordedEvent()
  const uuid = new sharedMessages.UUID()
  uuid.setString(record.id)
  event.setId(uuid)
  event.setStreamIdentifier(identifierOf(record.stream))
  event.setStreamRevision(String(record.version))
  event.setCommitPosition(position)
  event.setPreparePosition(position)
  const properties = event.getMetadataMap()
  properties.set('type', record.type)
  properties.set('content-type', record.contentType)
  properties.set('created', String(BigInt(record.createdAt) * ticksPerMs))
  event.setData(record.data)
  event.setCustomMetadata(record.metadata)
  const readEvent = new Read.ReadEvent()
  readEvent.setEvent(event)
  readEvent.setCommitPosition(String(record.position))
  const message = new Read()
  message.setEvent(readEvent)
  return message
}

export function streamNotFoundMessage(stream: string): ReadResp {
  const notFound = new Read.StreamNotFound()
  notFound.setStreamIdentifier(identifierOf(stream))
  const message = new Read()
  message.setStreamNotFound(notFound)
  return message
}

export function confirmationMessage(): ReadResp {
  const confirmation = new Read.SubscriptionConfirmation()
  confirmation.setSubscriptionId(crypto.randomUUID())
  const message = new Read()
  message.setConfirmation(confirmation)
  return message
}

export function checkpointMessage(position: number): ReadResp {
  const checkpoint = new Read.Checkpoint()
  checkpoint.setCommitPosition(String(position))
  checkpoint.setPreparePosition(String(position))
  const message = new Read()
  message.setCheckpoint(checkpoint)
  return message
}

export function caughtUpMessage(): ReadResp {
  const message = new Read()
  message.setCaughtUp(new Read.CaughtUp())
  return message
}

export function appendMessage(answer: Exclude<NodeAppend, 'DELETED'>): AppendResp {
  const message = new Append()
  if ('last' in answer) {
    const position = new Append.Position()
    position.setCommitPosition(String(answer.last.position))
    position.setPreparePosition(String(answer.last.position))
    const success = new Append.Success()
    success.setCurrentRevision(String(answer.last.version))
    success.setPosition(position)
    message.setSuccess(success)
  } else {
    const misfit = new Append.WrongExpectedVersion()
    if (answer.currentVersion < 0) misfit.setCurrentNoStream(empty())
    else misfit.setCurrentRevision(String(answer.currentVersion))
    message.setWrongExpectedVersion(misfit)
  }
  return message
}

/** An answer to one append of many. */
export function batchAppendMessage(
  request: BatchAppendReq,
  answer: BatchAppendResp.Success | InstanceType<typeof statusMessages.Status>,
): BatchAppendResp {
  const message = new BatchAppend()
  message.setCorrelationId(request.getCorrelationId())
  message.setStreamIdentifier(request.getOptions()?.getStreamIdentifier())
  if (answer instanceof statusMessages.Status) message.setError(answer)
  else message.setSuccess(answer)
  return message
}

/** `last` null: nothing was written, because there were no events. */
export function batchSuccess(last: NodeRecord | null, end: number): BatchAppendResp.Success {
  const success = new BatchAppend.Success()
  const position = new sharedMessages.AllStreamPosition()
  position.setCommitPosition(String(last?.position ?? end))
  position.setPreparePosition(String(last?.position ?? end))
  success.setPosition(position)
  if (last) success.setCurrentRevision(String(last.version))
  else success.setNoStream(empty() as never)
  return success
}

/** The errors of one append of many: code, message and details as the server sends them. */
export const batchErrors = {
  wrongVersion(currentVersion: number, expectedVersion: number) {
    const details = new sharedMessages.WrongExpectedVersion()
    if (currentVersion < 0) details.setCurrentNoStream(empty() as never)
    else details.setCurrentStreamRevision(String(currentVersion))
    if (expectedVersion < 0) details.setExpectedNoStream(empty() as never)
    else details.setExpectedStreamPosition(String(expectedVersion))
    return statusOf(6, 'WrongExpectedVersion', 'WrongExpectedVersion', details)
  },
  tooLarge(most: number) {
    const details = new sharedMessages.MaximumAppendSizeExceeded()
    details.setMaxappendsize(most)
    return statusOf(3, 'MaximumAppendSizeExceeded', 'MaximumAppendSizeExceeded', details)
  },
  deleted(stream: string) {
    const details = new sharedMessages.StreamDeleted()
    details.setStreamIdentifier(identifierOf(stream))
    return statusOf(5, 'StreamDeleted', 'StreamDeleted', details)
  },
  timeout: () => statusOf(4, 'Timeout', 'Timeout', new sharedMessages.Timeout()),
  badRequest: (reason: string) => statusOf(3, reason, 'BadRequest', new sharedMessages.BadRequest()),
  /** It has no code. */
  notReady: () => statusOf(0, 'Server Is Not Ready', 'Empty', empty()),
}

function statusOf(code: number, text: string, type: string, details: { serializeBinary(): Uint8Array }) {
  const any = new anyMessages.Any()
  any.pack(details.serializeBinary(), type === 'Empty' ? 'google.protobuf.Empty' : `event_store.client.${type}`)
  const status = new statusMessages.Status()
  status.setCode(code as never)
  status.setMessage(text)
  status.setDetails(any)
  return status
}

/** Returns the whole record, or null if a property is missing that the server requires. */
export function proposedOf(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage | undefined): ProposedNodeRecord | null {
  const type = message?.getMetadataMap().get('type')
  const contentType = message?.getMetadataMap().get('content-type')
  if (!message || type === undefined || contentType === undefined) return null
  return { id: message.getId()?.getString() ?? '', type, contentType, data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() }
}

/** Size of a record as the server counts it. */
export function sizeOfProposed({ data, metadata, type }: ProposedNodeRecord): number {
  return data.length + metadata.length + type.length * 2
}

export function streamOf(options: AppendReq.Options | BatchAppendReq.Options | ReadReq.Options.StreamOptions): string {
  return Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()
}

function identifierOf(stream: string) {
  const identifier = new sharedMessages.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  return identifier
}
