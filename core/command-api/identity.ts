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
