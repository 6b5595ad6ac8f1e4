import type { UserEvent } from '@elves/core/domain/user/user.ts'

/** The session or the access token of a user. */
export interface Shown {
  readonly hash: string
  readonly credentialId: string
  readonly userId: string
  /** ms since the epoch; null: it does not expire. */
  readonly expiresAt: number | null
}

interface Open extends Shown {
  readonly listeners: Set<() => void>
  lookedAt: number
}

export interface OpenCredentialsOptions {
  /** Says whether one still proves something, without its counting as used. */
  isGood(hash: string): Promise<boolean>
  onError(error: unknown): void
  /** ms since the epoch. */
  readonly now?: () => number
}

const tickMs = 250
/** A session that nobody uses ends by being looked at. */
const lookEveryMs = 60_000

/** The credentials by which sockets are open. It holds one as long as a socket listens for its end, and no longer. */
export class OpenCredentials {
  readonly #options: OpenCredentialsOptions
  readonly #now: () => number
  readonly #open = new Map<string, Open>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: OpenCredentialsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  get size(): number {
    return this.#open.size
  }

  /** Calls the listener once, when these credentials end. Returns what forgets it. */
  listen(shown: Shown, listener: () => void): () => void {
    const open = this.#open.get(shown.hash) ?? { ...shown, listeners: new Set(), lookedAt: this.#now() }
    this.#open.set(shown.hash, open)
    open.listeners.add(listener)
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref()
    return () => {
      open.listeners.delete(listener)
      if (open.listeners.size === 0 && this.#open.get(shown.hash) === open) this.#forget(open)
    }
  }

  /** Ends what an event of a user ends. */
  observe(userId: string, event: UserEvent): void {
    for (const open of [...this.#open.values()]) if (open.userId === userId && isEndedBy(open.credentialId, event)) this.#end(open)
  }

  /** Ends what has ended while nobody heard of it. */
  async lookAtAll(): Promise<void> {
    for (const open of [...this.#open.values()]) await this.#look(open)
  }

  lookAt(hash: string): void {
    const open = this.#open.get(hash)
    if (open) this.#look(open).catch((error: unknown) => this.#options.onError(error))
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    const now = this.#now()
    for (const open of [...this.#open.values()]) {
      if (open.expiresAt !== null && open.expiresAt <= now) this.#end(open)
      else if (open.lookedAt + lookEveryMs <= now) this.lookAt(open.hash)
    }
  }

  async #look(open: Open): Promise<void> {
    open.lookedAt = this.#now()
    if (!(await this.#options.isGood(open.hash))) this.#end(open)
  }

  #end(open: Open): void {
    this.#forget(open)
    for (const listener of open.listeners) listener()
  }

  #forget({ hash }: Open): void {
    this.#open.delete(hash)
    if (this.#open.size === 0) this.stop()
  }
}

function isEndedBy(credentialId: string, event: UserEvent): boolean {
  switch (event.type) {
    case 'UserSessionEnded':
      return event.data.sessionId === credentialId
    case 'AccessTokenRevoked':
      return event.data.tokenId === credentialId
    case 'UserDisabled':
      return true
    case 'UserPasswordSet':
      // Somebody else knows the password: an access token is good for nothing until it is changed.
      return event.data.isOneTime
    default:
      return false
  }
}
