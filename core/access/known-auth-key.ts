import type { Actor } from '@elves/schemas/generated/types.ts'
import type { AuthKeyEvent } from '../domain/auth-key/auth-key.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'

export interface KnownAuthKey {
  readonly id: string
  readonly name: string
  readonly app: string | null
  readonly state: 'USABLE' | 'REVOKED'
  readonly secretId: string
  readonly earlier: { readonly secretId: string; readonly until: number } | null
  readonly createdAt: number
  readonly createdBy: Actor
  readonly position: Position
  readonly version: number
}

/** The one fold of an auth key. Throws TypeError where its first event is not the one that makes it. */
export function evolveAuthKey(
  known: KnownAuthKey | null,
  id: string,
  { event, position, version, recordedAt, context }: RecordedEvent<AuthKeyEvent>,
): KnownAuthKey {
  if (event.type === 'AuthKeyCreated') {
    const { name, app, secretId } = event.data
    const made = { createdAt: recordedAt, createdBy: context.actor, position, version }
    return known ?? { id, name, app, state: 'USABLE', secretId, earlier: null, ...made }
  }
  if (!known) throw new TypeError(`auth key ${id} was not made before it was changed`)
  if (version <= known.version) return known
  if (event.type === 'AuthKeyRevoked') return { ...known, state: 'REVOKED', earlier: null, position, version }
  const { secretId, earlierUntil } = event.data
  return { ...known, secretId, earlier: { secretId: known.secretId, until: earlierUntil }, position, version }
}
