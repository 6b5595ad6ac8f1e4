import { createHash } from 'node:crypto'
import type { RunTaskRequest } from '@elves/core/command-api/run-task.ts'

/** SHA-256 over what makes two requests the same one: all but whether the caller waits. `agentId` is the resolved id, whatever name the request used. */
export function requestHash(agentId: string, request: RunTaskRequest): string {
  const { app, func, param, proxy, processor, timeoutMs } = request
  return createHash('sha256')
    .update(JSON.stringify([agentId, app, func, param, proxy, processor, timeoutMs]))
    .digest('hex')
}
