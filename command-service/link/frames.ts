import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import { asBuffer, decodeUntrusted, type Message, type MessageWriter, UndecodableMessage, writerForToday } from '@elves/schemas/codec/codec.ts'
import type { LinkName, ReportName } from '@elves/schemas/generated/catalog.ts'
import { bytesInFrame, frameHeaderBytes } from '@elves/schemas/link/protocol.ts'

type AgentMessageName = ReportName | Extract<LinkName, 'AgentHello' | 'AgentOutput' | 'AgentPing' | 'AgentGoodbye'>
/** The messages that an agent may send. */
export type AgentMessage = Message<AgentMessageName>
export type Report = Message<ReportName>

const ofAgents: ReadonlySet<AgentMessageName> = new Set<AgentMessageName>([
  'AttemptAcknowledged',
  'AttemptStarted',
  'AttemptEnded',
  'AttemptProcessing',
  'AgentFactsReport',
  'AgentCronRun',
  'AgentCronsReport',
  'AgentCronDropsReport',
  'AgentInstructionReport',
  'AgentAppReport',
  'AgentHello',
  'AgentOutput',
  'AgentPing',
  'AgentGoodbye',
])
const onlyFrames: ReadonlySet<'Frame'> = new Set(['Frame'] as const)

/** Reads a frame of an agent, message by message; throws FRAME_INVALID if an agent must not send it. */
export function readAgentFrame(bytes: Buffer): AgentMessage[] {
  try {
    const { messages } = decodeUntrusted(bytes, onlyFrames).value
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

/** Reads one message of an agent; throws FRAME_INVALID or UndecodableMessage. */
export function readAgentMessage(bytes: Uint8Array): AgentMessage {
  const message = decodeUntrusted(bytes, ofAgents)
  switch (message.name) {
    case 'AttemptAcknowledged':
    case 'AttemptStarted':
    case 'AttemptEnded':
    case 'AttemptProcessing':
    case 'AgentOutput':
      if (!isAttempt(message.value)) throw frameInvalid(`${message.name} names no attempt`)
      return message
    case 'AgentHello':
      if (!message.value.openAttempts.every(isAttempt)) throw frameInvalid('AgentHello names an open attempt that is none')
      return message
    case 'AgentCronRun':
      if (!isHexId(message.value.taskId)) throw frameInvalid('AgentCronRun names no task')
      return message
    case 'AgentFactsReport':
    case 'AgentCronsReport':
    case 'AgentCronDropsReport':
    case 'AgentInstructionReport':
    case 'AgentAppReport':
    case 'AgentPing':
    case 'AgentGoodbye':
      return message
  }
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

/** The end of the year 9999: every date type and every database accepts it. */
export const latestInstant = 253_402_300_799_999
/** The most that the API's `costMs: Int` can carry. */
export const longestCostMs = 2_147_483_647
/** Beyond this, a number in an event is not exact. */
export const mostExact = 2 ** 52

/** Bounds a number: a broken or hostile agent may send any, and it must not stop readers of the events. */
export function bounded(reported: number, most: number): number {
  return Math.min(Math.max(reported, 0), most)
}
