/** Who shows a token, as command-service knows it. */
export interface Identity {
  readonly userId: string
  readonly name: string
  /** Null: an access token. */
  readonly sessionId: string | null
  /** Null: a session. */
  readonly tokenId: string | null
  /** Names of permissions; null: all that the user has. */
  readonly scopes: readonly string[] | null
  readonly mustChangePassword: boolean
  /** ms since the epoch; null: it does not expire. */
  readonly expiresAt: number | null
}

/** A token that was somebody's and proves nothing any more. */
export interface EndedCredential {
  readonly endedOf: string
  /** Id of the session or the access token. */
  readonly credentialId: string
  /** Nobody ended it: it was too old, or unused for too long. */
  readonly hasExpired: boolean
}

export type Identified = Identity | EndedCredential | null

export function isEndedCredential(found: Identified): found is EndedCredential {
  return found !== null && 'endedOf' in found
}
