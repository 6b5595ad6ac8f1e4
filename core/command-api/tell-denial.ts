import { z } from 'zod'
import { permissions } from '../domain/permissions.ts'
import { defineCommand, optionalText } from './command.ts'

/**
 * Records that somebody asked to read what he may not see. Services send it for whom they refused; it is no mutation. Its answer has no events,
 * because denials are counted before they are written; its id is the correlation id of the request.
 */
export const tellDenial = defineCommand({
  name: 'tellDenial',
  subject: 'denial',
  request: {
    permission: z.enum(permissions),
    /** The field or path that was asked for. */
    asked: z.string(),
    app: optionalText,
    message: z.string(),
  },
  permission: null,
  about: () => [],
})
