import { randomBytes } from 'node:crypto'
import type { Caller, CommandAnswer } from '@elves/core/command-api/command.ts'
import type { Identified } from '@elves/core/command-api/identity.ts'
import type { SignInRequest } from '@elves/core/command-api/sign-in.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { erasedText } from '@elves/core/domain/user/personal.ts'
import type { UserCommand, UserState } from '@elves/core/domain/user/state.ts'
import { erasedUser, nobodyId, unknownUser, userAggregate, userIdOf, userStream } from '@elves/core/domain/user/user.ts'
import { checkTokenName, checkUserName, checkUserText } from '@elves/core/domain/user/user-limits.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import type { SignInFault, SignInMethod } from '@elves/schemas/generated/types.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import type { WriteSide } from '../write-side.ts'
import { accessTokenText, Credentials, type EndOfCredential, hashOfToken, newSessionToken } from './credentials.ts'
import { LockOuts } from './lock-outs.ts'
import { Passwords } from './passwords.ts'
import { PersonalKeys, withServiceKey } from './personal-keys.ts'
import { PersonalTexts } from './personal-texts.ts'
import { SecondFactors } from './second-factors.ts'
import { Uses } from './uses.ts'

export type UserAnswer = CommandAnswer<'user'>
export const refusedUser = refusedAs('user')

export interface PeopleOptions {
  readonly store: EventStore
  readonly aggregates: Aggregates
  readonly credentials: Credentials
  readonly lockOuts: LockOuts
  readonly secondFactors: SecondFactors
  readonly uses: Uses
  readonly keys: PersonalKeys
  /** Hears of what was written before it is answered. */
  readonly onWritten: (events: readonly RecordedEvent[]) => void
  readonly serviceSecret: string
  /** How long a session may be unused, and how long it may be at all. */
  readonly sessions: { readonly idleMs: number; readonly longestMs: number }
}

/** The people of a write side. */
export function peopleOf({ store, aggregates, pool, schema, settings, masterKeys }: WriteSide, onWritten: PeopleOptions['onWritten']): People {
  const { serviceSecret, sessions } = settings
  const [credentials, lockOuts] = [new Credentials(pool, schema), new LockOuts(pool, schema)]
  const secondFactors = new SecondFactors({ pool, schema, serviceSecret })
  const keys = new PersonalKeys(pool, schema, withServiceKey(masterKeys, serviceSecret))
  const uses = new Uses(pool, schema)
  return new People({ store, aggregates, credentials, lockOuts, secondFactors, uses, keys, onWritten, serviceSecret, sessions })
}

/** Who acts where nobody has signed in yet. */
export const signInActor = { kind: 'SYSTEM', id: 'sign-in', name: null } as const

/** Users, and what proves who they are: decides by the user's stream, and keeps hashes beside the log. */
export class People {
  readonly #options: PeopleOptions
  readonly #passwords = new Passwords()
  /** Seals what says who users are. */
  readonly texts: PersonalTexts

  constructor(options: PeopleOptions) {
    this.#options = options
    this.texts = new PersonalTexts(options.keys)
  }

  get keys(): PersonalKeys {
    return this.#options.keys
  }

  get uses(): Uses {
    return this.#options.uses
  }

  get secondFactors(): SecondFactors {
    return this.#options.secondFactors
  }

  /** Decides about a user. The answer has all the user's events. */
  async handle(caller: Caller, id: string, ...commands: readonly UserCommand[]): Promise<UserAnswer> {
    if (!isHexId(id) || id === nobodyId) return refusedUser(unknownUser())
    const { credentials, onWritten } = this.#options
    return decideAbout(this.#options, {
      ...({ subject: 'user', id, aggregate: userAggregate, stream: userStream(id), commands, caller } as const),
      async onWritten(events) {
        onWritten(events)
        await credentials.end(id, endedBy(events), Date.now())
      },
    })
  }

  /** Makes a user; where a password is wanted, one that must be changed first of all, which is shown once. */
  async create(
    caller: Caller,
    { name, displayName, roles, password }: { name: string; displayName: string; roles: readonly string[]; password: string | null },
  ): Promise<UserAnswer> {
    const no = password === null ? null : Passwords.refusal(password, name)
    if (no) return refusedUser(no)
    const id = userIdOf(name)
    const invalid = checkUserName(name) ?? checkUserText(displayName)
    if (invalid) return refusedUser(invalid)
    const before = await this.state(id)
    if (before.phase === 'ERASED') return refusedUser(erasedUser('name'))
    const answer = await this.handle(caller, id, await this.texts.creation(before, { name, displayName, roles }))
    if (answer.refusal || (await this.state(id)).hasPassword) return answer
    return this.#setOneTime(caller, id, password)
  }

  /** Null leaves a thing as it is. */
  async update(
    caller: Caller,
    id: string,
    { displayName, roles }: { displayName: string | null; roles: readonly string[] | null },
  ): Promise<UserAnswer> {
    const no = displayName === null ? null : checkUserText(displayName)
    if (no) return refusedUser(no)
    const state = isHexId(id) ? await this.state(id) : null
    if (state?.phase !== 'CREATED' || displayName === null || displayName === state.displayName) {
      return this.handle(caller, id, { type: 'UpdateUser', displayName: null, roles })
    }
    const [sealed = ''] = await this.texts.seal(id, displayName)
    return this.handle(caller, id, { type: 'UpdateUser', displayName: sealed, roles })
  }

  /** The event first: from then on nobody reads who it was, and whoever finds the key afterwards deletes it. */
  async erase(caller: Caller, id: string, reason: string | null): Promise<UserAnswer> {
    const answer = await this.handle(caller, id, { type: 'EraseUser', reason })
    if (answer.refusal) return answer
    await this.keys.remove([id])
    await this.removeProofs(id)
    return answer
  }

  /** Removes what a user who was erased could prove who it is with. */
  async removeProofs(id: string): Promise<void> {
    const { credentials, secondFactors, lockOuts } = this.#options
    await credentials.removeAll(id)
    await secondFactors.remove(id)
    await lockOuts.forget(id)
  }

  /** Returns the keys of users who were not erased; those are absent whose key is not there. */
  async personalKeys(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ids = userIds.filter((id) => isHexId(id))
    const states = await Promise.all(ids.map((id) => this.state(id)))
    return this.keys.find(ids.filter((_, index) => states[index]?.phase === 'CREATED'))
  }

  /** What this instance holds of a user's key is not to outlive the user. */
  observe(events: readonly RecordedEvent[]): void {
    for (const { event, stream } of events) if (event.type === 'UserErased') this.keys.forget(userAggregate.idOf(stream) ?? '')
  }

  /** Returns what a user is called; the id where the key is not there or can't be had now. */
  async #nameOf(id: string, name: string): Promise<string> {
    return (await this.texts.open(id, name).catch(() => null)) ?? id
  }

  /** Gives a user another password, which must be changed first of all; where none is given it is made and shown once. */
  async resetPassword(caller: Caller, id: string, password: string | null): Promise<UserAnswer> {
    const state = await this.state(id)
    if (state.phase === 'NONE') return refusedUser(unknownUser())
    if (state.phase === 'ERASED') return refusedUser(erasedUser())
    const no = password === null ? null : Passwords.refusal(password, await this.#nameOf(id, state.name))
    return no ? refusedUser(no) : this.#setOneTime(caller, id, password)
  }

  async #setOneTime(caller: Caller, id: string, given: string | null): Promise<UserAnswer> {
    const password = given ?? randomBytes(15).toString('base64url')
    await this.#options.credentials.setPasswordHash(id, await this.#passwords.hash(password))
    const answer = await this.handle(caller, id, { type: 'SetPassword', isOneTime: true, keptSessionId: null })
    return answer.refusal || given !== null ? answer : { ...answer, secret: password }
  }

  /** A user's own change; the session in which it is made goes on. */
  async changePassword(caller: Caller, { oldPassword, newPassword }: { oldPassword: string; newPassword: string }): Promise<UserAnswer> {
    const { credentials } = this.#options
    const id = caller.actor.kind === 'USER' ? caller.actor.id : nobodyId
    const { name, phase } = await this.state(id)
    if (phase !== 'CREATED') return refusedUser(unknownUser())
    const isRight = await this.#passwords.isRight(oldPassword, await credentials.passwordHash(id))
    if (isRight === null) throw overloaded()
    if (!isRight) return refusedUser(rejection('PASSWORD_WRONG', 'this is not the password that you have now', 'oldPassword'))
    const no = Passwords.refusal(newPassword, await this.#nameOf(id, name))
    if (no) return refusedUser(no)
    await credentials.setPasswordHash(id, await this.#passwords.hash(newPassword))
    return this.handle(caller, id, { type: 'SetPassword', isOneTime: false, keptSessionId: caller.sessionId ?? null })
  }

  /** The answer of a session has its token, shown once. A wrong name takes as long as a wrong password, and gets the same answer. */
  async signIn(caller: Caller, { name, password, otp, remoteAddress, program }: SignInRequest): Promise<UserAnswer> {
    const { credentials } = this.#options
    const id = userIdOf(name)
    const locked = await this.beginTry(id, remoteAddress)
    if (locked) return refusedUser(locked)
    const state = await this.state(id)
    const isRight = await this.#passwords.isRight(password, await credentials.passwordHash(id))
    if (isRight === null) throw overloaded()
    if (!isRight || !state.isEnabled) {
      const fault = state.phase !== 'CREATED' ? 'NAME' : isRight ? 'DISABLED' : 'PASSWORD'
      await this.tellFailure(caller, id, fault, remoteAddress)
      return refusedUser(rejection('SIGN_IN_REFUSED', 'the name or the password is wrong'))
    }
    const begin = async (...first: readonly UserCommand[]) => {
      await this.trySucceeded(caller, id, 'PASSWORD', remoteAddress)
      return this.beginSession(caller, id, { method: 'PASSWORD', remoteAddress, program }, first)
    }
    if (!state.hasSecondFactor) return begin()
    if (otp === null) {
      await this.#options.lockOuts.pardon(id, remoteAddress)
      return refusedUser(rejection('SECOND_FACTOR_NEEDED', 'the sign-in wants a code of the second factor, too: send it as otp'))
    }
    const shown = await this.showCode(id, otp)
    if (shown) return begin(...shown)
    await this.tellFailure(caller, id, 'SECOND_FACTOR', remoteAddress)
    return refusedUser(rejection('SIGN_IN_REFUSED', 'the code of the second factor is wrong, or was used before'))
  }

  /** Takes a try, which counts as failed until it succeeds. Returns why there is none now, or null. */
  async beginTry(id: string, remoteAddress: string): Promise<Rejection | null> {
    const now = Date.now()
    const locked = (await this.#options.lockOuts.begin(id, remoteAddress, now)).lockedUntil
    if (locked === null) return null
    return rejection('SIGN_IN_LOCKED', `too many sign-ins failed: the next is tried in ${Math.ceil((locked - now) / 1_000)} s`)
  }

  /** Forgets the failures of a user whose try succeeded; those that no event tells become one. */
  async trySucceeded(caller: Caller, id: string, fault: SignInFault, remoteAddress: string): Promise<void> {
    const untold = await this.#options.lockOuts.succeeded(id, remoteAddress)
    if (untold) await this.#tell(caller, id, fault, remoteAddress, { ...untold, lockedUntil: null })
  }

  /** Takes a code of the second factor, or a recovery code. Returns what is to be decided then; null: it is neither. */
  async showCode(id: string, code: string): Promise<readonly UserCommand[] | null> {
    const { secondFactors } = this.#options
    if (await secondFactors.take(id, code)) return []
    const left = await secondFactors.takeRecoveryCode(id, code)
    return left === null ? null : [{ type: 'UseRecoveryCode', left }]
  }

  /** Begins a session of a user who has proved who they are. The answer has its token, shown once. */
  async beginSession(
    caller: Caller,
    id: string,
    { method, remoteAddress, program }: { readonly method: SignInMethod; readonly remoteAddress: string; readonly program: string },
    first: readonly UserCommand[] = [],
  ): Promise<UserAnswer> {
    const { credentials, sessions } = this.#options
    const now = Date.now()
    const { hasSecondFactor: has } = await this.state(id)
    const hasSecondFactor = has && method === 'PASSWORD'
    const [token, sessionId, expiresAt] = [newSessionToken(), randomHexId(), now + sessions.longestMs]
    await credentials.add(hashOfToken(token), { id: sessionId, kind: 'SESSION', userId: id, lastUsedAt: now, expiresAt })
    const user = { ...caller, actor: { kind: 'USER', id, name: null } as const }
    const [address = '', sealedProgram = ''] = await this.texts.seal(id, remoteAddress, program.slice(0, 256))
    const session = { sessionId, method, hasSecondFactor, remoteAddress: address, program: sealedProgram, expiresAt, now } as const
    const answer = await this.handle(user, id, ...first, { type: 'SignIn', ...session })
    return answer.refusal ? answer : { ...answer, secret: token }
  }

  async createAccessToken(
    caller: Caller,
    {
      name,
      scopes,
      expiresAt,
      idempotencyKey,
    }: { name: string; scopes: readonly string[] | null; expiresAt: number | null; idempotencyKey: string | null },
  ): Promise<UserAnswer> {
    const { credentials, serviceSecret } = this.#options
    const id = caller.actor.kind === 'USER' ? caller.actor.id : nobodyId
    const tokenId = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, 'createAccessToken', idempotencyKey)
    const token = accessTokenText(tokenId, serviceSecret)
    const no = checkTokenName(name)
    if (no) return refusedUser(no)
    const sealed = await this.texts.tokenName(id, await this.state(id), { tokenId, name })
    const answer = await this.handle(caller, id, { type: 'CreateAccessToken', tokenId, name: sealed, scopes, expiresAt, now: Date.now() })
    if (answer.refusal) return answer
    await credentials.add(hashOfToken(token), { id: tokenId, kind: 'ACCESS_TOKEN', userId: id, lastUsedAt: 0, expiresAt })
    return { ...answer, secret: token }
  }

  /** Returns who shows a token with this hash, or whose it was before it ended; null: nobody's. `isUse` false: it is only looked at. */
  async identify(hash: string, isUse = true): Promise<Identified> {
    const { credentials, sessions } = this.#options
    const now = Date.now()
    const found = await (isUse ? credentials.use(hash, now) : credentials.find(hash))
    if (!found) return null
    const { id, kind, userId, expiresAt, lastUsedAt } = found
    const ended = (hasExpired: boolean) => ({ endedOf: userId, credentialId: id, hasExpired })
    if (found.ended) return ended(found.ended.hasExpired)
    await this.#options.aggregates.refresh([userStream(userId)])
    const state = await this.state(userId)
    if (!state.isEnabled) return ended(false)
    if (expiresAt !== null && expiresAt <= now) {
      if (kind === 'SESSION') await this.#end(userId, id, 'EXPIRED')
      return ended(true)
    }
    const name = await this.#nameOf(userId, state.name)
    const who = { userId, name, mustChangePassword: state.mustChangePassword, expiresAt }
    if (kind === 'ACCESS_TOKEN') {
      const token = state.accessTokens.find((one) => one.id === id)
      return token && !token.isRevoked ? { ...who, sessionId: null, tokenId: id, scopes: token.scopes } : ended(false)
    }
    if (!state.sessions.some((session) => session.id === id)) return ended(false)
    if (lastUsedAt + sessions.idleMs <= now) {
      await this.#end(userId, id, 'IDLE')
      return ended(true)
    }
    return { ...who, sessionId: id, tokenId: null, scopes: null }
  }

  /** Makes the first admin, once. */
  async makeAdmin(password: string): Promise<void> {
    if (password === '') return
    const caller: Caller = { actor: { kind: 'SYSTEM', id: 'platform', name: null }, correlationId: randomHexId(), metadata: {} }
    const name = 'admin'
    if ((await this.state(userIdOf(name))).hasPassword) return
    const { refusal } = await this.create(caller, { name, displayName: 'Admin', roles: ['admin'], password })
    if (refusal) throw new ElvesError('CONFIG_INVALID', `ELVES_ADMIN_PASSWORD: ${refusal.message}`)
  }

  async state(id: string): Promise<UserState> {
    return (await this.#options.aggregates.load(userAggregate, userStream(id))).state
  }

  async #end(userId: string, sessionId: string, cause: 'IDLE' | 'EXPIRED'): Promise<void> {
    const caller: Caller = { actor: signInActor, correlationId: randomHexId(), metadata: {} }
    await this.handle(caller, userId, { type: 'EndSessions', sessionIds: [sessionId], cause })
    await this.#options.credentials.end(userId, [{ id: sessionId, hasExpired: true }], Date.now())
  }

  /** Tells of a try that failed, or counts it for an event to come. */
  async tellFailure(caller: Caller, id: string, fault: SignInFault, remoteAddress: string): Promise<void> {
    const { lockOuts } = this.#options
    const told = fault === 'NAME' ? nobodyId : id
    if (fault === 'NAME') await lockOuts.count(nobodyId, remoteAddress, Date.now())
    const failures = await lockOuts.untold(told)
    if (failures) await this.#tell(caller, told, fault, remoteAddress, told === nobodyId ? { ...failures, lockedUntil: null } : failures)
  }

  /** Tells of somebody whom a proxy or a provider names and who is not let in; it locks nobody out. */
  async countFailure(caller: Caller, id: string, fault: 'NAME' | 'DISABLED', remoteAddress: string): Promise<void> {
    if (fault !== 'NAME') await this.#options.lockOuts.count(id, remoteAddress, Date.now())
    await this.tellFailure(caller, id, fault, remoteAddress)
  }

  /** Where a request with credentials of this user came from, as events have it: sealed, or nothing of somebody who was erased. */
  async sealedAddress(id: string, remoteAddress: string): Promise<string> {
    if ((await this.state(id)).phase !== 'CREATED') return erasedText
    const [sealed = ''] = await this.texts.seal(id, remoteAddress)
    return sealed
  }

  /** From which address somebody tried who is no user is told as it is. */
  async #tell(caller: Caller, id: string, fault: SignInFault, remoteAddress: string, counted: Counted): Promise<void> {
    const address = id === nobodyId ? remoteAddress : await this.sealedAddress(id, remoteAddress)
    await this.#append(caller, id, failuresEvent(fault, address, counted))
  }

  async #append({ correlationId, metadata }: Caller, id: string, command: UserCommand): Promise<void> {
    const context = { actor: signInActor, correlationId, causationId: null, metadata }
    await this.#options.aggregates.handle({ aggregate: userAggregate, stream: userStream(id), commands: [command], context })
  }
}

interface Counted {
  readonly addresses: number
  readonly untold: number
  readonly firstAt: number
  readonly lastAt: number
  readonly lockedUntil: number | null
}

function failuresEvent(fault: SignInFault, remoteAddress: string, { untold: count, addresses, firstAt, lastAt, lockedUntil }: Counted): UserCommand {
  return { type: 'TellFailedSignIns', failures: { fault, remoteAddress, addresses, count, firstAt, lastAt, lockedUntil } }
}

/** The sessions and tokens that the events end. */
function endedBy(recorded: readonly RecordedEvent[]): EndOfCredential[] {
  return recorded.flatMap(({ event }) => {
    if (event.type === 'UserSessionEnded') return [{ id: event.data.sessionId, hasExpired: ['IDLE', 'EXPIRED'].includes(event.data.cause) }]
    return event.type === 'AccessTokenRevoked' ? [{ id: event.data.tokenId, hasExpired: false }] : []
  })
}

function overloaded(): ElvesError {
  return new ElvesError('OVERLOADED', 'too many passwords wait to be checked', { canRetry: true })
}
