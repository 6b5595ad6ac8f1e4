import { isPermission } from '../domain/permissions.ts'
import type { RoleEvent, RoleSettings } from '../domain/role/role.ts'
import { parseSelector } from '../domain/selectors/selector.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { Grant } from './known-grant.ts'

export interface Role extends RoleSettings {
  readonly name: string
  readonly isBuiltIn: boolean
  /** What it allows, one for each permission. */
  readonly grants: readonly Grant[]
  /** Of its last event; null: it is always there. */
  readonly position: Position | null
  readonly version: number | null
}

/** A role's name, and the role; null: it was deleted. */
export interface NamedRole {
  readonly name: string
  readonly role: Role | null
}

/** The one fold of an own role: each event says all of it. */
export function evolveRole(_before: NamedRole | null, name: string, { event, position, version }: RecordedEvent<RoleEvent>): NamedRole {
  return { name, role: event.type === 'RoleDeleted' ? null : roleOf(name, event.data, position, version) }
}

export function roleOf(name: string, settings: RoleSettings, position: Position | null, version: number | null): Role {
  const { description, apps, funcs, agents, secrets } = settings
  const never = { expiresAt: null, givenBy: null, givenAt: null, revokedAt: null, revokedBy: null, revokeReason: null, position: null, version: null }
  const grants = settings.permissions.filter(isPermission).map((permission) => ({
    id: `role:${name}:${permission}`,
    subject: { kind: 'ROLE', id: name } as const,
    permission,
    apps,
    funcs,
    agents,
    secrets,
    selector: parseSelector(agents),
    ...never,
  }))
  return {
    name,
    description,
    permissions: settings.permissions,
    apps,
    funcs,
    agents,
    secrets,
    isBuiltIn: position === null,
    grants,
    position,
    version,
  }
}
