import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { AccessTokenView, SessionView, UserView } from '@elves/core/read-models/users/user-view.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'

export interface ViewerParent {
  readonly actor: Actor
  readonly user: UserParent | null
  readonly scopes: readonly string[] | null
  readonly session: string | null
}

export type UserParent = UserView
export type SessionParent = SessionView
export type AccessTokenParent = AccessTokenView
export type UserConnectionParent = Page<UserParent>
