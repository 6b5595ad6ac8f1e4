import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Gives the service that checks signatures a secret of an auth key. Only the platform itself may ask. The answer has no events. */
export const openAuthKey = defineCommand({
  name: 'openAuthKey',
  subject: 'authKey',
  request: { id: z.string(), secretId: z.string() },
  permission: null,
  about: () => [],
})
