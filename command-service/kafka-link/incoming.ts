import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'
import type { IncomingRecord } from '@elves/core/kafka/incoming-record.ts'
import { UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import { sessionHeader } from '@elves/schemas/link/protocol.ts'
import { type AgentMessage, readAgentMessage } from '../link/frames.ts'
import { isId } from '../link/hello.ts'
import { gatewayLimits } from '../link/link-limits.ts'

/** One message of an agent, from one record of the topic of reports. */
export interface IncomingMessage {
  readonly agentId: string
  /** An id that the agent makes for each dial. */
  readonly session: string
  readonly message: AgentMessage
}

/** Throws FRAME_INVALID if an agent must not send this record. */
export function readIncoming({ key, headers, value }: IncomingRecord): IncomingMessage {
  const session = headers[sessionHeader] ?? ''
  if (!isAgentId(key)) throw invalid('the key is not an agent id')
  if (!isId(session)) throw invalid('no session in the header')
  if (value.length > gatewayLimits.frameBytes) throw invalid(`a record of ${value.length} bytes`)
  const message = messageOf(value)
  if (message.name === 'AgentHello' && message.value.agentId !== key) throw invalid('the hello is of another agent than the key')
  return { agentId: key, session, message }
}

function messageOf(value: Buffer): AgentMessage {
  try {
    return readAgentMessage(value)
  } catch (error) {
    if (error instanceof UndecodableMessage) throw invalid(error.message, error)
    throw error
  }
}

function invalid(message: string, cause?: unknown): ElvesError {
  return new ElvesError('FRAME_INVALID', message, { cause })
}
