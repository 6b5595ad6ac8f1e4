import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import type { NodeAppend, NodeRecord, ProposedNodeRecord } from './node-log.ts'

/** 2^64 - 1, the server's form of -1. */
const noPosition = '18446744073709551615'
const ticksPerMs = 10_000n
const empty = () => new sharedMessages.Empty()
const { ReadResp: Read, AppendResp: Append } = messages

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

export function appendMessage(answer: NodeAppend): AppendResp {
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

/** Returns the whole record, or null if a property is missing that the server requires. */
export function proposedOf(request: AppendReq): ProposedNodeRecord | null {
  const message = request.getProposedMessage()
  const type = message?.getMetadataMap().get('type')
  const contentType = message?.getMetadataMap().get('content-type')
  if (!message || type === undefined || contentType === undefined) return null
  return { id: message.getId()?.getString() ?? '', type, contentType, data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() }
}

export function streamOf(options: AppendReq.Options | ReadReq.Options.StreamOptions): string {
  return Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()
}

function identifierOf(stream: string) {
  const identifier = new sharedMessages.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  return identifier
}
