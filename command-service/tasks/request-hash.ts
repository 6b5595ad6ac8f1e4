import { createHash } from 'node:crypto'
import type { RunTaskRequest } from '@elves/core/command-api/run-task.ts'

/**
 * Returns the SHA-256 of what makes two requests the same. Whether the caller waits is no part of it. `agentId` is the resolved id,
 * also if the request used the ip.
 */
export function requestHash(agentId: string, request: RunTaskRequest): string {
  const { app, func, param, proxy, processor, timeoutMs } = request
  return createHash('sha256')
    .update(JSON.stringify([agentId, app, func, param, proxy, processor, timeoutMs]))
    .digest('hex')
}
