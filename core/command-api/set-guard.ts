import { z } from 'zod'
import { defineCommand, optionalText, withDefault } from './command.ts'
import { aboutGuard } from './limit-fields.ts'

const hourMs = 3_600_000

/** Looks out for calls of an app from now on, instead of what a guard of this name did before. The answer has its whole stream. */
export const setGuard = defineCommand({
  name: 'setGuard',
  subject: 'guard',
  request: {
    /** `*` is every app. */
    app: z.string(),
    name: z.string(),
    funcs: withDefault(z.array(z.string()).readonly(), ['*']),
    /** RE2; null: whatever the parameter is. */
    pattern: optionalText,
    outcome: z.enum(['WARN', 'REFUSE', 'APPROVE']),
    message: withDefault(z.string(), ''),
    approvalMs: withDefault(z.number(), hourMs),
  },
  permission: 'MANAGE_ACCESS',
  about: aboutGuard,
})
