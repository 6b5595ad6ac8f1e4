import { createHash, randomBytes } from 'node:crypto'

const idPattern = /^[0-9A-F]{16}$/
const idBytes = 8

/** Random bytes for the next ids: a call of the generator costs ten times as much as an id. */
let pool = Buffer.alloc(0)
let used = 0

/** Returns a new id for a task, or for anything else that a client creates by a command: 16 upper-case hex digits. */
export function randomHexId(): string {
  if (used === pool.length) [pool, used] = [randomBytes(512 * idBytes), 0]
  used += idBytes
  return pool.toString('hex', used - idBytes, used).toUpperCase()
}

/** Returns the first 64 bits of SHA-256 over actor, operation and key, as 16 upper-case hex digits: a repeated request gets the same id. */
export function hexIdForKey(actor: { kind: string; id: string }, operation: string, key: string): string {
  const identity = JSON.stringify([actor.kind, actor.id, operation, key])
  return createHash('sha256').update(identity).digest('hex').slice(0, 16).toUpperCase()
}

/** Returns the id of the task that a run of an agent's own cron is: one for each instant of each cron. */
export function agentCronTaskId(agentId: string, cronId: string, fireAt: number): string {
  return hexIdForKey({ kind: 'AGENT', id: agentId }, 'cron', JSON.stringify([cronId, fireAt]))
}

export function isHexId(text: string): boolean {
  return idPattern.test(text)
}

const agentIdPattern = /^[0-9a-f]{32}$/

/** Returns a new agent id: 32 lower-case hex digits. An agent makes one at its first start and keeps it. */
export function randomAgentId(): string {
  return randomBytes(16).toString('hex')
}

export function isAgentId(text: string): boolean {
  return agentIdPattern.test(text)
}
