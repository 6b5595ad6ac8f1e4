import { z } from 'zod'
import { appOfRollout } from '../domain/app/rollout.ts'
import { aboutApp } from './about.ts'
import { defineCommand } from './command.ts'

/** Pauses a rollout: no further batch begins. */
export const pauseRollout = defineCommand({
  name: 'pauseRollout',
  subject: 'app',
  request: { rollout: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ rollout }) => aboutApp(appOfRollout(rollout)),
})
