import { z } from 'zod'
import { appOfRollout } from '../domain/app/rollout.ts'
import { aboutApp } from './about.ts'
import { defineCommand } from './command.ts'

/** Resumes a rollout, or says that its next batch may begin. */
export const resumeRollout = defineCommand({
  name: 'resumeRollout',
  subject: 'app',
  request: { rollout: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ rollout }) => aboutApp(appOfRollout(rollout)),
})
