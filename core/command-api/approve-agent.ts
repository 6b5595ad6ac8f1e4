import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Approves an agent that has enrolled and waits for it. `agent` is its id or its ip. To do so again changes nothing. */
export const approveAgent = defineCommand({
  name: 'approveAgent',
  subject: 'agent',
  request: { agent: z.string() },
  permission: 'MANAGE_AGENTS',
  about: ({ agent }) => [{ agent }],
})
