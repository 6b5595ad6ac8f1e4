import type { SessionEnd, SignInMethod, UserSignInFailed } from '@elves/schemas/generated/types.ts'

/** A session that has not ended. */
export interface OpenSession {
  readonly id: string
  /** It ends then at the latest, ms since the epoch. */
  readonly expiresAt: number
}

/** A token for programs, also one that was revoked or has expired. */
export interface AccessToken {
  readonly id: string
  readonly name: string
  /** Names of permissions; null: all that the user has. */
  readonly scopes: readonly string[] | null
  /** ms since the epoch; null: it does not expire. */
  readonly expiresAt: number | null
  readonly isRevoked: boolean
}

/** Who an identity provider says that a user is. */
export interface LinkedIdentity {
  readonly issuer: string
  readonly subject: string
}

export interface UserState {
  /** ERASED: nobody knows any more who it was, and nothing is left of what the user had. */
  readonly phase: 'NONE' | 'CREATED' | 'ERASED'
  /** Sealed, as other texts that say who somebody is: {@link isSealed}. Plain where an earlier release wrote it. */
  readonly name: string
  readonly displayName: string
  readonly roles: readonly string[]
  readonly isEnabled: boolean
  readonly hasPassword: boolean
  /** Somebody else knows the password: nothing else is done for the user before it is changed. */
  readonly mustChangePassword: boolean
  /** A sign-in with a password wants a code, too. */
  readonly hasSecondFactor: boolean
  readonly recoveryCodesLeft: number
  readonly identities: readonly LinkedIdentity[]
  /** As the last failure said, ms since the epoch. */
  readonly lockedUntil: number | null
  /** Oldest first. */
  readonly sessions: readonly OpenSession[]
  readonly accessTokens: readonly AccessToken[]
}

export interface CreateUser {
  readonly type: 'CreateUser'
  readonly name: string
  readonly displayName: string
  readonly roles: readonly string[]
}

/** Null leaves a thing as it is. */
export interface UpdateUser {
  readonly type: 'UpdateUser'
  readonly displayName: string | null
  readonly roles: readonly string[] | null
}

export interface DisableUser {
  readonly type: 'DisableUser'
  readonly reason: string | null
}

/** The key of the user's texts is deleted afterwards. */
export interface EraseUser {
  readonly type: 'EraseUser'
  readonly reason: string | null
}

export interface EnableUser {
  readonly type: 'EnableUser'
}

/** The hash of the password is stored apart, before this is decided. */
export interface SetPassword {
  readonly type: 'SetPassword'
  readonly isOneTime: boolean
  /** The session in which the user changed it goes on; all others end. */
  readonly keptSessionId: string | null
}

/** The caller has checked what the provider says. */
export interface LinkIdentity {
  readonly type: 'LinkIdentity'
  readonly issuer: string
  readonly subject: string
}

/** The secret and the hashes of the recovery codes are stored apart, before this is decided. */
export interface SetSecondFactor {
  readonly type: 'SetSecondFactor'
  readonly recoveryCodes: number
}

export interface RemoveSecondFactor {
  readonly type: 'RemoveSecondFactor'
}

export interface MakeRecoveryCodes {
  readonly type: 'MakeRecoveryCodes'
  readonly count: number
}

export interface UseRecoveryCode {
  readonly type: 'UseRecoveryCode'
  readonly left: number
}

export interface SignIn {
  readonly type: 'SignIn'
  readonly sessionId: string
  readonly method: SignInMethod
  readonly hasSecondFactor: boolean
  readonly remoteAddress: string
  readonly program: string
  /** ms since the epoch. */
  readonly expiresAt: number
  /** ms since the epoch. */
  readonly now: number
}

export interface TellFailedSignIns {
  readonly type: 'TellFailedSignIns'
  readonly failures: UserSignInFailed
}

export interface EndSessions {
  readonly type: 'EndSessions'
  /** Null: all. Those that have ended already are no matter. */
  readonly sessionIds: readonly string[] | null
  readonly cause: SessionEnd
}

export interface CreateAccessToken {
  readonly type: 'CreateAccessToken'
  readonly tokenId: string
  readonly name: string
  readonly scopes: readonly string[] | null
  readonly expiresAt: number | null
  /** ms since the epoch. */
  readonly now: number
}

export interface RevokeAccessToken {
  readonly type: 'RevokeAccessToken'
  readonly tokenId: string
  readonly reason: string | null
}

export type UserCommand =
  | CreateUser
  | UpdateUser
  | DisableUser
  | EnableUser
  | EraseUser
  | SetPassword
  | LinkIdentity
  | SetSecondFactor
  | RemoveSecondFactor
  | MakeRecoveryCodes
  | UseRecoveryCode
  | SignIn
  | TellFailedSignIns
  | EndSessions
  | CreateAccessToken
  | RevokeAccessToken
