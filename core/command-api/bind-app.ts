import { z } from 'zod'
import { everywhere } from '../domain/scope.ts'
import { defineCommand } from './command.ts'

/** Gives an app to the agents that a selector selects, now and later. */
export const bindApp = defineCommand({
  name: 'bindApp',
  subject: 'app',
  request: { app: z.string(), agents: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ app, agents }) => [{ over: { ...everywhere, apps: [app], agents } }],
})
