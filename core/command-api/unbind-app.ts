import { z } from 'zod'
import { everywhere } from '../domain/scope.ts'
import { defineCommand } from './command.ts'

/** Ends a binding; agents that no other one selects remove the app. */
export const unbindApp = defineCommand({
  name: 'unbindApp',
  subject: 'app',
  request: { app: z.string(), agents: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ app, agents }) => [{ over: { ...everywhere, apps: [app], agents } }],
})
