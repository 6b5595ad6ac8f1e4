import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand, withDefault } from './command.ts'

const whole = { batches: ['100%'], pauseMs: 0, confirm: false, maxFailed: '0' }

/** Releases a version: begins a rollout to the agents that have the app. One that is on its way stops. */
export const releaseAppVersion = defineCommand({
  name: 'releaseAppVersion',
  subject: 'app',
  request: {
    app: z.string(),
    version: z.string(),
    rollout: withDefault(
      z.strictObject({
        batches: withDefault(z.array(z.string()).max(1_000).readonly(), whole.batches),
        pauseMs: withDefault(z.number(), whole.pauseMs),
        confirm: withDefault(z.boolean(), whole.confirm),
        maxFailed: withDefault(z.string(), whole.maxFailed),
      }),
      whole,
    ),
  },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
  secrets: ({ app, version }) => [{ app, version }],
})
