import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Revokes an agent, by its id or its ip: its link is cut, wherever it is, and it is refused for good. To do so again changes nothing. */
export const revokeAgent = defineCommand({
  name: 'revokeAgent',
  subject: 'agent',
  request: { agent: z.string(), reason: optionalText },
  permission: 'MANAGE_AGENTS',
  about: ({ agent }) => [{ agent }],
})
