import type { Actor, SignInMethod } from '@elves/schemas/generated/types.ts'
import { type UserEvent, userAggregate } from '../../domain/user/user.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

/** NONE: the stream of the failures with names that no user has. No list shows it. */
export const userStates = ['ACTIVE', 'DISABLED', 'ERASED', 'NONE'] as const
export type UserStateName = (typeof userStates)[number]

/** A session that has not ended; `remoteAddress` and `program` are sealed. Times are ms since the epoch. */
export interface SessionView {
  readonly id: string
  readonly method: SignInMethod
  readonly hasSecondFactor: boolean
  readonly remoteAddress: string
  readonly program: string
  readonly startedAt: number
  /** It ends then at the latest. */
  readonly expiresAt: number
}

/** A token for programs; its name is sealed. */
export interface AccessTokenView {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[] | null
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

/** A user as of `changedAt`. Texts that say who it is, and from where, are sealed as in the events: only who shows them opens them. Times are ms since the epoch. */
export interface UserView {
  readonly id: string
  readonly state: UserStateName
  readonly name: string
  readonly displayName: string
  readonly roles: readonly string[]
  readonly hasPassword: boolean
  readonly mustChangePassword: boolean
  /** Absent: a password is enough. */
  readonly secondFactor?: { readonly recoveryCodesLeft: number } | undefined
  readonly disabledReason: string | null
  readonly lastSignInAt: number | null
  /** Since the last sign-in. */
  readonly failedSignIns: number
  readonly lockedUntil: number | null
  /** Oldest first. */
  readonly sessions: readonly SessionView[]
  /** Oldest first; of those that were revoked, the last few. */
  readonly accessTokens: readonly AccessTokenView[]
  readonly createdBy: Actor
  readonly createdAt: number
  /** Of the last event in this view. */
  readonly version: number
  /** Of the last event in this view. */
  readonly changedAt: Position
}

/** Revoked tokens that a user's view keeps: the log has all. */
const revokedKept = 20

const nobody = {
  state: 'NONE',
  name: '',
  displayName: '',
  roles: [],
  hasPassword: false,
  mustChangePassword: false,
  disabledReason: null,
  lastSignInAt: null,
  failedSignIns: 0,
  lockedUntil: null,
  sessions: [],
  accessTokens: [],
} as const satisfies Partial<UserView>

/** The one fold of a user's events into what people see. An event that is in the view already changes nothing. */
export function evolveUserView(view: UserView | null, recorded: RecordedEvent<UserEvent>): UserView {
  const { event, stream, version, position, recordedAt, context } = recorded
  if (view && version <= view.version) return view
  const id = userAggregate.idOf(stream) ?? ''
  const before: UserView = view ?? { ...nobody, id, createdBy: context.actor, createdAt: recordedAt, version, changedAt: position }
  return { ...before, ...changes(event, before, recorded), version, changedAt: position }
}

function changes(event: UserEvent, view: UserView, { recordedAt, context }: RecordedEvent): Partial<UserView> {
  switch (event.type) {
    case 'UserCreated':
      return { ...event.data, state: 'ACTIVE', createdBy: context.actor, createdAt: recordedAt }
    case 'UserChanged':
      return event.data
    case 'UserDisabled':
      return { state: 'DISABLED', disabledReason: event.data.reason }
    case 'UserEnabled':
      return { state: 'ACTIVE', disabledReason: null }
    case 'UserErased': {
      // Of earlier releases there may be plain texts. Sessions and tokens end by events of their own.
      const sessions = view.sessions.map((session) => ({ ...session, remoteAddress: '', program: '' }))
      const accessTokens = view.accessTokens.map((token) => ({ ...token, name: '' }))
      return { ...nobody, state: 'ERASED', sessions, accessTokens, secondFactor: undefined }
    }
    case 'UserPasswordSet':
      return { hasPassword: true, mustChangePassword: event.data.isOneTime, failedSignIns: 0, lockedUntil: null }
    case 'UserIdentityLinked':
      return {}
    case 'UserSecondFactorSet':
      return { secondFactor: { recoveryCodesLeft: event.data.recoveryCodes } }
    case 'UserSecondFactorRemoved':
      return { secondFactor: undefined }
    case 'UserRecoveryCodesMade':
      return { secondFactor: { recoveryCodesLeft: event.data.count } }
    case 'UserRecoveryCodeUsed':
      return { secondFactor: { recoveryCodesLeft: event.data.left } }
    case 'UserSignedIn': {
      // Named one by one: a row is JSON, and an event that was not read from the log may have its fields in another order.
      const { sessionId: id, method, hasSecondFactor, remoteAddress, program, expiresAt } = event.data
      const session = { id, method, hasSecondFactor, remoteAddress, program, expiresAt, startedAt: recordedAt }
      return { lastSignInAt: recordedAt, failedSignIns: 0, lockedUntil: null, sessions: [...view.sessions, session] }
    }
    case 'UserSignInFailed':
      return { failedSignIns: view.failedSignIns + event.data.count, lockedUntil: event.data.lockedUntil }
    case 'UserSessionEnded':
      return { sessions: view.sessions.filter(({ id }) => id !== event.data.sessionId) }
    case 'AccessTokenCreated': {
      const { tokenId, ...token } = event.data
      return { accessTokens: [...view.accessTokens, { id: tokenId, ...token, createdAt: recordedAt, revokedAt: null }] }
    }
    case 'AccessTokenRevoked': {
      const tokens = view.accessTokens.map((token) => (token.id === event.data.tokenId ? { ...token, revokedAt: recordedAt } : token))
      const revoked = tokens.filter(({ revokedAt }) => revokedAt !== null)
      const dropped = new Set(revoked.slice(0, Math.max(0, revoked.length - revokedKept)))
      return { accessTokens: tokens.filter((token) => !dropped.has(token)) }
    }
  }
}
