import { hash as hashOf } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type EndedCredential, type Identified, type Identity, isEndedCredential } from '@elves/core/command-api/identity.ts'
import { type UserEvent, userAggregate } from '@elves/core/domain/user/user.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'
import { Pauses } from '@elves/core/foundation/waiting.ts'
import type { Subscriptions } from '../subscriptions/subscriptions.ts'
import type { Authenticated, Authenticator, Ending, FieldGate } from './authenticator.ts'
import { bearerToken, cookieToken } from './credentials.ts'
import { OpenCredentials, type Shown } from './open-credentials.ts'

export interface UserSessionsOptions {
  /** Asks command-service who shows a token with this hash. `isUse` false: it does not count as used. */
  identify(hash: string, isUse?: boolean): Promise<Identified>
  readonly subscriptions: Pick<Subscriptions, 'events'>
  /** The services' own secret: the runner of a cluster asks with it. */
  readonly serviceSecret: string
  readonly logger: Logger
}

interface Known {
  readonly who: Authenticated
  readonly userId: string
  /** Command-service is asked again then: it counts how long a session was not used. */
  readonly freshUntil: number
}

const freshMs = 60_000
const mostKnown = 100_000

/** Mode `users`: who is asking is known in memory, and forgotten at once when the log tells of an end. Without the log nothing is remembered. */
export class UserSessions implements Authenticator {
  readonly #options: UserSessionsOptions
  /** By the hash of the token. */
  readonly #known = new Map<string, Known>()
  readonly #open: OpenCredentials
  /** Grows with each event of a user: what was asked before it is not kept. */
  #generation = 0
  #isFollowing = false
  #isStopped = false
  #events: AsyncIterableIterator<RecordedEvent<UserEvent>> | null = null
  readonly #following: Promise<void>

  constructor(options: UserSessionsOptions) {
    this.#options = options
    this.#open = new OpenCredentials({
      isGood: async (hash) => isUsable(await options.identify(hash, false)),
      onError: (error) => options.logger.warn({ err: error }, 'whether an open session has ended could not be asked; it is asked again'),
    })
    this.#following = this.#follow()
  }

  authenticate(request: IncomingMessage, authorization = request.headers.authorization): Authenticated | Promise<Authenticated> {
    const token = authorization === undefined ? cookieToken(request) : bearerToken(authorization)
    if (token === null) throw unauthenticated('the request does not say who sends it')
    const hash = tokenHash(token)
    const known = this.#knownNow(hash)
    if (known) return known
    return authorization !== undefined && isSameSecret(token, this.#options.serviceSecret) ? service : this.#ask(hash)
  }

  /** Returns who has a token. Throws UNAUTHENTICATED where it proves nothing (any more). */
  async ofToken(token: string): Promise<Authenticated> {
    const hash = tokenHash(token)
    return this.#knownNow(hash) ?? this.#ask(hash)
  }

  guest(error: unknown): Authenticated | null {
    if (!(error instanceof ElvesError) || error.code !== 'UNAUTHENTICATED') return null
    const gate: FieldGate = { fields: guestFields, refusal: () => error }
    return { ...nobody, actor: { kind: 'UNKNOWN', id: 'guest', name: null }, gate }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#open.stop()
    await this.#events?.return?.()
    await this.#following
  }

  #knownNow(hash: string): Authenticated | null {
    const known = this.#known.get(hash)
    return known && this.#isFollowing && Date.now() < known.freshUntil ? known.who : null
  }

  async #ask(hash: string): Promise<Authenticated> {
    const generation = this.#generation
    const found = await this.#options.identify(hash)
    if (!isUsable(found)) {
      this.#known.delete(hash)
      const error = unauthenticated('the session has ended, or the token is not known')
      if (isEndedCredential(found)) endedCredentials.set(error, found)
      throw error
    }
    const { userId, name, scopes, sessionId, tokenId, mustChangePassword, expiresAt } = found
    const credentialId = sessionId ?? tokenId
    const shown: Shown = { hash, credentialId: credentialId ?? '', userId, expiresAt }
    const ending: Ending = (listener) => {
      const forget = this.#open.listen(shown, listener)
      // What ended it may have been heard of before anybody listened.
      if (this.#generation !== generation) this.#open.lookAt(hash)
      return forget
    }
    const gate = mustChangePassword ? changeFirst : null
    const who: Authenticated = { actor: { kind: 'USER', id: userId, name }, scopes, sessionId, credentialId, ending, gate }
    // Who must change the password is asked about each time: the answer of the change comes before its event does.
    if (gate === null && this.#generation === generation && this.#isFollowing) {
      const freshUntil = Math.min(Date.now() + freshMs, expiresAt ?? Number.POSITIVE_INFINITY)
      setBounded(this.#known, hash, { who, userId, freshUntil }, mostKnown)
    }
    return who
  }

  async #follow(): Promise<void> {
    const { subscriptions, logger } = this.#options
    const pauses = new Pauses({ firstMs: 100, longestMs: 5_000 })
    while (!this.#isStopped) {
      try {
        this.#events = await subscriptions.events((recorded) => (userAggregate.isEvent(recorded) ? [recorded] : []))
        this.#isFollowing = true
        await this.#open.lookAtAll()
        for await (const event of this.#events) this.#observe(event)
      } catch (error) {
        if (!this.#isStopped) logger.warn({ err: error }, 'ends of sessions are not heard of at once; every request is asked about')
      }
      this.#isFollowing = false
      this.#known.clear()
      if (!this.#isStopped) await pauses.pause()
    }
  }

  #observe({ stream, event }: RecordedEvent<UserEvent>): void {
    this.#generation += 1
    const userId = userAggregate.idOf(stream)
    if (userId === null) return
    for (const [hash, known] of this.#known) if (known.userId === userId) this.#known.delete(hash)
    this.#open.observe(userId, event)
  }
}

/** What the refused credentials were. It is no fact of the error, because whoever shows them must not learn it. */
const endedCredentials = new WeakMap<ElvesError, EndedCredential>()

export function endedCredentialOf(error: ElvesError): EndedCredential | null {
  return endedCredentials.get(error) ?? null
}

function tokenHash(token: string): string {
  return hashOf('sha256', token, 'base64url')
}

function isUsable(found: Identified): found is Identity {
  return found !== null && !isEndedCredential(found) && (found.expiresAt === null || found.expiresAt > Date.now())
}

const nobody = { scopes: null, sessionId: null, credentialId: null, ending: null, gate: null } as const
const service: Authenticated = { ...nobody, actor: { kind: 'SYSTEM', id: 'service', name: null } }

const guestFields: ReadonlySet<string> = new Set(['signIn', 'signInMethods', 'viewer', '__typename'])

const changeFirst: FieldGate = {
  fields: new Set(['viewer', 'changePassword', 'signOut', '__typename']),
  refusal: () => new ElvesError('PASSWORD_MUST_CHANGE', 'somebody else knows your password: change it first (changePassword)'),
}

function unauthenticated(what: string): ElvesError {
  return new ElvesError('UNAUTHENTICATED', `${what}: sign in (mutation signIn), and send the header \`Authorization: Bearer <token>\` or the cookie`)
}
