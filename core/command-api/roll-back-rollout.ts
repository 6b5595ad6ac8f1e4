import { z } from 'zod'
import { appOfRollout } from '../domain/app/rollout.ts'
import { aboutApp } from './about.ts'
import { defineCommand } from './command.ts'

/** Ends a rollout and takes the agents that it has reached back. */
export const rollBackRollout = defineCommand({
  name: 'rollBackRollout',
  subject: 'app',
  request: { rollout: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ rollout }) => aboutApp(appOfRollout(rollout)),
})
