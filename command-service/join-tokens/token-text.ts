import { createHash, hkdfSync } from 'node:crypto'
import type { JoinTokenSettings } from '@elves/core/domain/join-token/join-token.ts'

const pattern = /^elves_([0-9A-F]{16})_[\w-]{43}$/

/**
 * Returns the token that agents enrol with. It has its id in it, and follows from the id and the services' secret: the same request
 * again, after a lost answer, gets it again, and it is stored nowhere.
 */
export function joinTokenText(id: string, serviceSecret: string): string {
  const secret = Buffer.from(hkdfSync('sha256', serviceSecret, id, 'elves join token', 32))
  return `elves_${id}_${secret.toString('base64url')}`
}

/** Returns the id of the token that a text is; one that the platform did not make itself (ELVES_JOIN_TOKEN) has an id made from its hash. */
export function idOfJoinToken(text: string): string {
  return pattern.exec(text)?.[1] ?? createHash('sha256').update(`elves own join token\n${text}`).digest('hex').slice(0, 16).toUpperCase()
}

/** Returns the hash that events have of the token. */
export function hashOfJoinToken(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text).digest('hex')
}

/** Returns what the join token of the setting ELVES_JOIN_TOKEN is: for any number of agents, approved at once. */
export function ownJoinToken(text: string): JoinTokenSettings {
  const createdBy = { kind: 'SYSTEM', id: 'platform', name: null } as const
  const secretHash = hashOfJoinToken(text)
  return { name: 'ELVES_JOIN_TOKEN', secretHash, expiresAt: null, maxUses: null, labels: {}, approve: true, isOwn: true, createdBy }
}
