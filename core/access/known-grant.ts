import type { Actor } from '@elves/schemas/generated/types.ts'
import type { GrantEvent, Subject, SubjectKind } from '../domain/grant/grant.ts'
import { isPermission, type Permission } from '../domain/permissions.ts'
import type { Scope } from '../domain/scope.ts'
import { parseSelector, type Selector } from '../domain/selectors/selector.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'

/** A grant as events tell of it. Times are ms since the epoch. */
export interface Grant extends Scope {
  readonly id: string
  readonly subject: Subject
  readonly permission: Permission
  readonly selector: Selector
  readonly expiresAt: number | null
  /** Null: it is of a role that is always there. */
  readonly givenBy: Actor | null
  readonly givenAt: number | null
  readonly revokedAt: number | null
  readonly revokedBy: Actor | null
  readonly revokeReason: string | null
  /** Of its last event; null: it is of a role, and follows from it. */
  readonly position: Position | null
  readonly version: number | null
}

/** The one fold of a grant. Throws TypeError where its first event is not the one that gives it, or gives a permission that this release does not know. */
export function evolveGrant(grant: Grant | null, id: string, { event, position, version, recordedAt, context }: RecordedEvent<GrantEvent>): Grant {
  if (event.type === 'GrantGiven') {
    const { subjectKind, subjectId, permission, apps, funcs, agents, secrets, expiresAt } = event.data
    if (grant) return grant
    if (!isPermission(permission)) throw new TypeError(`grant ${id} gives ${permission}, which this release does not know`)
    const subject: Subject = { kind: subjectKind as SubjectKind, id: subjectId }
    const given = { id, subject, permission, apps, funcs, agents, secrets, selector: parseSelector(agents), expiresAt, position, version }
    return { ...given, givenBy: context.actor, givenAt: recordedAt, revokedAt: null, revokedBy: null, revokeReason: null }
  }
  if (!grant) throw new TypeError(`grant ${id} was not given before it was revoked`)
  if (grant.revokedAt !== null) return grant
  return { ...grant, revokedAt: recordedAt, revokedBy: context.actor, revokeReason: event.data.reason, position, version }
}
