import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/**
 * Removes an agent that is not connected from the list, and records its open tasks as lost. `agent` is its id or its ip. The
 * answer has the event that removed the agent. A repeated call with the same key is the same removal, even if the agent has
 * come back meanwhile.
 */
export const removeAgent = defineCommand({
  name: 'removeAgent',
  subject: 'agent',
  request: { agent: z.string(), reason: optionalText },
  permission: 'MANAGE_AGENTS',
  about: ({ agent }) => [{ agent }],
})

export type RemoveAgentRequest = RequestOf<typeof removeAgent>
