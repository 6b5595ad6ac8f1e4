import { createHash } from 'node:crypto'
import { z } from 'zod'
import { defineCommand, type RequestOf, withDefault } from './command.ts'
import { taskFields } from './task-fields.ts'

/**
 * Runs a function of an app on an agent. One call carries many requests, each decided by itself. The answer has the whole
 * stream of the task as of now.
 */
export const runTask = defineCommand({
  name: 'runTasks',
  subject: 'task',
  request: {
    /** Without `startWithinMs` it is refused if its agent is not connected. */
    ...taskFields(z.string(), 0),
    /** True: answer when the task has ended. False: answer when the request is durable. */
    wait: withDefault(z.boolean(), true),
  },
})

export type RunTaskRequest = RequestOf<typeof runTask>

/**
 * Returns the SHA-256 of what makes two requests the same. Whether the caller waits is no part of it. `agentId` is the resolved id,
 * also if the request used the ip.
 */
export function requestHash(agentId: string, request: RunTaskRequest): string {
  const { app, func, param, proxy, processor, timeoutMs, startWithinMs, retry } = request
  // Without options the hash is that of earlier releases, whose requests may be repeated.
  const options = startWithinMs === 0 && retry === null ? [] : [startWithinMs, retry]
  return createHash('sha256')
    .update(JSON.stringify([agentId, app, func, param, proxy, processor, timeoutMs, ...options]))
    .digest('hex')
}
