import { z } from 'zod'
import { defineCommand } from './command.ts'
import { givenLabels } from './create-join-token.ts'

/** Sets all labels that people give an agent, which is named by its id or its ip. */
export const setAgentLabels = defineCommand({
  name: 'setAgentLabels',
  subject: 'agent',
  request: { agent: z.string(), labels: givenLabels },
  permission: 'MANAGE_AGENTS',
  about: ({ agent }) => [{ agent }],
})
