import type { AccessState, Grant, KnownAuthKey, Role } from '@elves/core/access/access-state.ts'
import type { AccessDecision, AskedFor } from '@elves/core/access/decide.ts'
import type { Subject } from '@elves/core/domain/grant/grant.ts'
import type { Permission } from '@elves/core/domain/permissions.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

/** A thing with what is known around it, which has the names for sentences. */
interface Among {
  readonly state: AccessState
}

export interface SubjectParent extends Among {
  readonly subject: Subject
}

export interface GrantParent extends Among {
  readonly grant: Grant
}

export interface AccessParent extends Among {
  readonly subject: Subject
  readonly permission: Permission
  readonly asked: AskedFor
  readonly decision: AccessDecision
}

export type RoleParent = Role
export type AuthKeyParent = KnownAuthKey
export type GrantConnectionParent = Page<GrantParent>
export type AuthKeyConnectionParent = Page<AuthKeyParent>

/** What the answer adds the names to when it is written. */
export interface GrantChangeParent {
  readonly grant: Grant
  readonly position: string
}
