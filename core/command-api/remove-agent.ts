import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/**
 * Takes an agent that is not connected off the list, and calls its open tasks lost. `agent` is its id or its ip. It is answered
 * with the event that removed the agent. The same key is the same removal, also where the agent has come back meanwhile.
 */
export const removeAgent = defineCommand({ name: 'removeAgent', subject: 'agent', request: { agent: z.string(), reason: optionalText } })

export type RemoveAgentRequest = RequestOf<typeof removeAgent>
