import { createHash, randomBytes } from 'node:crypto'

const taskIdPattern = /^[0-9A-F]{16}$/

/** 16 upper-case hex digits. */
export function randomTaskId(): string {
  return randomBytes(8).toString('hex').toUpperCase()
}

/** The first 64 bits of SHA-256 over actor, operation and key, as 16 upper-case hex digits: the same request, the same task. */
export function taskIdForKey(actor: { kind: string; id: string }, operation: string, key: string): string {
  const identity = JSON.stringify([actor.kind, actor.id, operation, key])
  return createHash('sha256').update(identity).digest('hex').slice(0, 16).toUpperCase()
}

export function isTaskId(text: string): boolean {
  return taskIdPattern.test(text)
}

const agentIdPattern = /^[0-9a-f]{32}$/

/** 32 lower-case hex digits, made once at an agent's first start. */
export function randomAgentId(): string {
  return randomBytes(16).toString('hex')
}

export function isAgentId(text: string): boolean {
  return agentIdPattern.test(text)
}
