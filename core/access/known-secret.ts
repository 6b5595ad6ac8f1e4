import type { Actor } from '@elves/schemas/generated/types.ts'
import type { SecretEvent } from '../domain/secret/secret.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'

/** A secret as events tell of it: without its value. Times are ms since the epoch. */
export interface KnownSecret {
  readonly id: string
  readonly name: string
  readonly state: 'CURRENT' | 'DELETED'
  readonly apps: readonly string[]
  /** Number of its value. */
  readonly version: number
  readonly createdAt: number
  readonly createdBy: Actor
  readonly updatedAt: number
  readonly position: Position
  /** Of its last event. */
  readonly streamVersion: number
}

/** The one fold of a secret. Throws TypeError where its first event is not the one that makes it. */
export function evolveSecret(known: KnownSecret | null, id: string, recorded: RecordedEvent<SecretEvent>): KnownSecret {
  const { event, position, version: streamVersion, recordedAt, context } = recorded
  const at = { updatedAt: recordedAt, position, streamVersion }
  if (known && streamVersion <= known.streamVersion) return known
  if (event.type === 'SecretCreated') {
    const { name, apps, version } = event.data
    return { id, name, state: 'CURRENT', apps, version, createdAt: recordedAt, createdBy: context.actor, ...at }
  }
  if (!known) throw new TypeError(`secret ${id} was not made before it was changed`)
  switch (event.type) {
    case 'SecretRotated':
      return { ...known, version: event.data.version, ...at }
    case 'SecretChanged':
      return { ...known, apps: event.data.apps, ...at }
    case 'SecretDeleted':
      return { ...known, state: 'DELETED', ...at }
    case 'SecretSealedAnew':
      return { ...known, position, streamVersion }
  }
}
