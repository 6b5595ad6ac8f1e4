import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import { isWithinBounds } from '@elves/schemas/codec/bounds.ts'
import { asBuffer } from '@elves/schemas/codec/bytes.ts'
import { decode, decodeAs, type Message, type MessageWriter, nameOf, UndecodableMessage, writerForToday } from '@elves/schemas/codec/codec.ts'
import type { LinkName, ReportName } from '@elves/schemas/generated/catalog.ts'
import { bytesInFrame, frameHeaderBytes } from '@elves/schemas/link/protocol.ts'

/** The messages that an agent may send. */
export type AgentMessage = Message<ReportName | Extract<LinkName, 'AgentHello' | 'AgentPing' | 'AgentGoodbye'>>

export type Report = Message<ReportName>

/** Reads a frame of an agent, message by message; throws FRAME_INVALID if an agent must not send it. */
export function readAgentFrame(bytes: Buffer): AgentMessage[] {
  try {
    if (nameOf(bytes) !== 'Frame' || !isWithinBounds('Frame', bytes)) throw frameInvalid('not a frame')
    const { messages } = decodeAs('Frame', bytes)
    if (messages.length === 0) throw frameInvalid('the frame is empty')
    return messages.map(readAgentMessage)
  } catch (error) {
    if (error instanceof UndecodableMessage) throw frameInvalid(error.message, error)
    throw error
  }
}

export function frameInvalid(message: string, cause?: unknown): ElvesError {
  return new ElvesError('FRAME_INVALID', message, { cause })
}

/**
 * Reads one message of an agent; throws FRAME_INVALID or UndecodableMessage. Bounds are checked only for messages with lists; the
 * reports, which are most of the traffic, have none.
 */
export function readAgentMessage(bytes: Uint8Array): AgentMessage {
  const name = nameOf(bytes)
  switch (name) {
    case 'AttemptAcknowledged':
    case 'AttemptStarted':
    case 'AttemptEnded':
      return readReport(bytes)
    case 'AgentHello':
      return readHello(bytes)
    case 'AgentFactsReport':
      if (!isWithinBounds(name, bytes)) throw frameInvalid(`broken ${name}`)
      return decode(bytes) as AgentMessage
    case 'AgentPing':
    case 'AgentGoodbye':
      return decode(bytes) as AgentMessage
    default:
      throw frameInvalid(`an agent does not send ${name}`)
  }
}

function readHello(bytes: Uint8Array): AgentMessage {
  if (!isWithinBounds('AgentHello', bytes)) throw frameInvalid('broken AgentHello')
  const value = decodeAs('AgentHello', bytes)
  if (!value.openAttempts.every(isAttempt)) throw frameInvalid('AgentHello names an open attempt that is none')
  return { name: 'AgentHello', value }
}

function readReport(bytes: Uint8Array): AgentMessage {
  const message = decode(bytes) as Message<'AttemptAcknowledged' | 'AttemptStarted' | 'AttemptEnded'>
  if (!isAttempt(message.value)) throw frameInvalid(`${message.name} names no attempt`)
  return message
}

function isAttempt({ taskId, attempt }: { readonly taskId: string; readonly attempt: number }): boolean {
  return isHexId(taskId) && attempt >= 1
}

/** Packs encoded messages into frames for their reader, in order. No frame is larger than the limit, unless one message alone is. */
export function framesOf(messages: readonly Uint8Array[], frameBytes: number, writer: MessageWriter = writerForToday): Buffer[] {
  const frames: Buffer[] = []
  let gathered: Buffer[] = []
  let room = frameBytes - frameHeaderBytes
  for (const message of messages) {
    const size = bytesInFrame(message)
    if (size > room && gathered.length > 0) {
      frames.push(writer.encode('Frame', { messages: gathered }))
      gathered = []
      room = frameBytes - frameHeaderBytes
    }
    gathered.push(asBuffer(message))
    room -= size
  }
  if (gathered.length > 0) frames.push(writer.encode('Frame', { messages: gathered }))
  return frames
}

/** Returns true if a frame of this size can carry the message. */
export function fitsFrame(message: Uint8Array, frameBytes: number): boolean {
  return bytesInFrame(message) + frameHeaderBytes <= frameBytes
}
