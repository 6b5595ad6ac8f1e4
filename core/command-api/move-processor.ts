import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand, type RequestOf } from './command.ts'

/** Moves the cursor of a processor, which begins to be with its first move. The answer has the last event of its stream, if it has one. */
export const moveProcessor = defineCommand({
  name: 'moveProcessor',
  subject: 'processor',
  request: { app: z.string(), name: z.string(), position: z.string() },
  permission: 'RUN',
  about: ({ app }) => aboutApp(app),
})

export type MoveProcessorRequest = RequestOf<typeof moveProcessor>
