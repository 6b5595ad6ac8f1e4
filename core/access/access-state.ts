import { type AuthKeyEvent, authKeyAggregate } from '../domain/auth-key/auth-key.ts'
import { type GrantEvent, grantAggregate, type Subject, type SubjectKind } from '../domain/grant/grant.ts'
import { isPermission } from '../domain/permissions.ts'
import { builtInRoles, type RoleEvent, roleAggregate } from '../domain/role/role.ts'
import { type SecretEvent, secretAggregate } from '../domain/secret/secret.ts'
import { type UserEvent, userAggregate, userIdOf } from '../domain/user/user.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { setBounded } from '../foundation/set-bounded.ts'
import { evolveAuthKey, type KnownAuthKey } from './known-auth-key.ts'
import { evolveGrant, type Grant } from './known-grant.ts'
import { evolveRole, type Role, roleOf } from './known-role.ts'
import { evolveSecret, type KnownSecret } from './known-secret.ts'

export type { KnownAuthKey } from './known-auth-key.ts'
export type { Grant } from './known-grant.ts'
export type { Role } from './known-role.ts'
export type { KnownSecret } from './known-secret.ts'

export interface KnownUser {
  readonly id: string
  /** Sealed, as `displayName`; plain where an earlier release wrote it, empty of a user who was erased. */
  readonly name: string
  readonly displayName: string
  readonly roles: readonly string[]
  readonly isEnabled: boolean
  readonly isErased: boolean
}

/** Sessions, passwords and tokens of a user say nothing of what he may do. */
const userEventTypes: readonly UserEvent['type'][] = ['UserCreated', 'UserChanged', 'UserDisabled', 'UserEnabled', 'UserErased']

/** Types of the events that say who may do what. */
export const accessEventTypes: readonly string[] = [
  ...roleAggregate.eventTypes,
  ...grantAggregate.eventTypes,
  ...authKeyAggregate.eventTypes,
  ...secretAggregate.eventTypes,
  ...userEventTypes,
]

const mostHeld = 10_000
const types: ReadonlySet<string> = new Set(accessEventTypes)

export function isAccessEvent(type: string): boolean {
  return types.has(type)
}

/** Prefixes of the streams whose events may say who may do what, also such events as this release does not know. */
export const accessPrefixes: readonly string[] = [roleAggregate, grantAggregate, authKeyAggregate, userAggregate, secretAggregate].map((kind) =>
  kind.streamOf(''),
)

/**
 * Who may do what, folded from the events of roles, grants, users and auth keys, those of each stream in their order. It has no clock: whoever
 * asks says at which instant. An event that comes twice changes nothing.
 */
export class AccessState {
  readonly roles = new Map<string, Role>(Object.entries(builtInRoles).map(([name, settings]) => [name, roleOf(name, settings, null, null)]))
  readonly grants = new Map<string, Grant>()
  readonly users = new Map<string, KnownUser>()
  readonly authKeys = new Map<string, KnownAuthKey>()
  /** By their ids, also those that were deleted. */
  readonly secrets = new Map<string, KnownSecret>()
  /** Ids of the grants of a subject that were not revoked. */
  readonly #grantsOf = new Map<string, Set<string>>()
  readonly #streams = new Map<string, number>()
  /** Of subjects that were asked about since the last event. */
  readonly #held = new Map<string, readonly Grant[]>()

  apply(recorded: RecordedEvent): void {
    const { stream, version, event } = recorded
    if (!isAccessEvent(event.type) || version <= (this.#streams.get(stream) ?? -1)) return
    this.#streams.set(stream, version)
    this.#held.clear()
    if (grantAggregate.isEvent(recorded)) this.#applyGrant(recorded)
    else if (roleAggregate.isEvent(recorded)) this.#applyRole(recorded)
    else if (authKeyAggregate.isEvent(recorded)) this.#applyAuthKey(recorded)
    else if (userAggregate.isEvent(recorded)) this.#applyUser(recorded)
    else if (secretAggregate.isEvent(recorded)) this.#applySecret(recorded)
  }

  /** The grants that a subject was given and that were not revoked; they may have expired. */
  grantsOf({ kind, id }: Subject): readonly Grant[] {
    const ids = this.#grantsOf.get(subjectKey(kind, id))
    return ids ? [...ids].flatMap((grantId) => this.grants.get(grantId) ?? []) : []
  }

  /**
   * All grants that a subject holds, whenever they expire: its own, those of its roles, and those given to these; of a user who is disabled,
   * too.
   */
  heldBy(subject: Subject): readonly Grant[] {
    const key = subjectKey(subject.kind, subject.id)
    const known = this.#held.get(key)
    if (known) return known
    const held = this.#foundFor(subject)
    setBounded(this.#held, key, held, mostHeld)
    return held
  }

  #foundFor(subject: Subject): readonly Grant[] {
    switch (subject.kind) {
      case 'USER': {
        const user = this.users.get(subject.id)
        if (!user) return []
        return [...this.grantsOf(subject), ...user.roles.flatMap((id) => this.heldBy({ kind: 'ROLE', id }))]
      }
      case 'ROLE': {
        const role = this.roles.get(subject.id)
        // A grant to a role that was deleted allows nothing until there is a role of that name again.
        return role ? [...role.grants, ...this.grantsOf(subject)] : []
      }
      case 'AUTH_KEY':
        return this.authKeys.get(subject.id)?.state === 'USABLE' ? this.grantsOf(subject) : []
    }
  }

  /** Returns the user with this id, else the one with this name. */
  userNamed(idOrName: string): KnownUser | undefined {
    return this.users.get(idOrName) ?? this.users.get(userIdOf(idOrName))
  }

  #applyGrant(recorded: RecordedEvent<GrantEvent>): void {
    const { event, stream } = recorded
    const id = grantAggregate.idOf(stream) ?? ''
    // A later release may know more permissions: this one does not allow what it does not know.
    if (event.type === 'GrantGiven' ? !isPermission(event.data.permission) : !this.grants.has(id)) return
    const grant = evolveGrant(this.grants.get(id) ?? null, id, recorded)
    this.grants.set(id, grant)
    const key = subjectKey(grant.subject.kind, grant.subject.id)
    const own = this.#grantsOf.get(key) ?? new Set()
    if (grant.revokedAt === null) this.#grantsOf.set(key, own.add(id))
    else own.delete(id)
  }

  #applyRole(recorded: RecordedEvent<RoleEvent>): void {
    const name = roleAggregate.idOf(recorded.stream) ?? ''
    const { role } = evolveRole(null, name, recorded)
    if (role) this.roles.set(name, role)
    else this.roles.delete(name)
  }

  #applyAuthKey(recorded: RecordedEvent<AuthKeyEvent>): void {
    const id = authKeyAggregate.idOf(recorded.stream) ?? ''
    const known = this.authKeys.get(id) ?? null
    if (known || recorded.event.type === 'AuthKeyCreated') this.authKeys.set(id, evolveAuthKey(known, id, recorded))
  }

  #applySecret(recorded: RecordedEvent<SecretEvent>): void {
    const id = secretAggregate.idOf(recorded.stream) ?? ''
    const known = this.secrets.get(id) ?? null
    if (known || recorded.event.type === 'SecretCreated') this.secrets.set(id, evolveSecret(known, id, recorded))
  }

  #applyUser({ event, stream }: RecordedEvent<UserEvent>): void {
    const id = userAggregate.idOf(stream) ?? ''
    const known = this.users.get(id)
    switch (event.type) {
      case 'UserCreated': {
        const { name, displayName, roles } = event.data
        this.users.set(id, { id, name, displayName, roles, isEnabled: true, isErased: false })
        return
      }
      case 'UserChanged': {
        const { displayName, roles } = event.data
        if (known) this.users.set(id, { ...known, displayName, roles })
        return
      }
      case 'UserErased':
        this.users.set(id, { id, name: '', displayName: '', roles: [], isEnabled: false, isErased: true })
        return
      case 'UserDisabled':
      case 'UserEnabled':
        if (known) this.users.set(id, { ...known, isEnabled: event.type === 'UserEnabled' })
    }
  }
}

/** Folds events, which come in the order of the log. */
export function accessOf(events: Iterable<RecordedEvent>): AccessState {
  const state = new AccessState()
  for (const event of events) state.apply(event)
  return state
}

function subjectKey(kind: SubjectKind, id: string): string {
  return `${kind} ${id}`
}
