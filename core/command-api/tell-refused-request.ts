import { z } from 'zod'
import { refusedReasons } from '../domain/refused-request/refused-request.ts'
import { defineCommand, optionalText } from './command.ts'

/**
 * Records requests that the doors refused. Only the platform itself may send it, which has counted them; it is no mutation.
 */
export const tellRefusedRequest = defineCommand({
  name: 'tellRefusedRequest',
  subject: 'refusedRequest',
  request: {
    reason: z.enum(refusedReasons),
    door: z.string(),
    origin: optionalText,
    userId: optionalText,
    credentialId: optionalText,
    authKeyId: optionalText,
    remoteAddress: z.string(),
    addresses: z.int(),
    count: z.int(),
    firstAt: z.number(),
    lastAt: z.number(),
  },
  permission: null,
  about: () => [],
})
