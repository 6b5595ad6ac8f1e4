import type { Actor } from '@elves/schemas/generated/types.ts'
import { isSameSecret } from '../../foundation/secrets.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkLabels } from '../labels.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `jointoken-<id>`. */
export type JoinTokenEvent = EventOf<'join-token'>

/** What somebody chooses when making a token. */
export interface JoinTokenSettings {
  readonly name: string
  /** SHA-256 of the token, hex. */
  readonly secretHash: string
  readonly expiresAt: number | null
  readonly maxUses: number | null
  readonly labels: Readonly<Record<string, string>>
  readonly approve: boolean
  /** The platform made it from its setting. */
  readonly isOwn: boolean
  /** Who made it: their name goes into the enrolments of agents. */
  readonly createdBy: Actor
}

export interface JoinTokenState {
  readonly phase: 'NONE' | 'USABLE' | 'REVOKED'
  readonly settings: JoinTokenSettings | null
  readonly uses: number
  /** Fingerprints of the keys that used up a limited token: the same one again is the same use. Empty without a limit. */
  readonly usedBy: readonly string[]
  /** The last processes that were refused with an event. */
  readonly refusedBootIds: readonly string[]
  readonly refusals: number
}

export interface CreateJoinToken {
  readonly type: 'CreateJoinToken'
  readonly settings: JoinTokenSettings
  readonly idempotencyKey: string | null
  /** ms since the epoch. */
  readonly now: number
}

/** An agent that asks to enrol. */
export interface TokenUse {
  readonly agentId: string
  readonly fingerprint: string
  readonly bootId: string
  readonly remoteAddress: string
  /** SHA-256 of the token that it has, hex. */
  readonly secretHash: string
}

/** Agents that come with the token at once. The events say who was let in and who was not; who has another secret is in none. */
export interface UseJoinToken {
  readonly type: 'UseJoinToken'
  readonly uses: readonly TokenUse[]
  /** Hash of the setting's value now: a token that the platform made from an earlier value lets nobody in. */
  readonly ownSecretHash: string
  /** ms since the epoch. */
  readonly now: number
}

export interface RevokeJoinToken {
  readonly type: 'RevokeJoinToken'
  readonly reason: string | null
}

export type JoinTokenCommand = CreateJoinToken | UseJoinToken | RevokeJoinToken

const joinTokenLimits = { nameLength: 128, maxUses: 10_000 } as const

/** Refusals of one token that are recorded; more are refused without an event. */
const mostRefusals = 1_000
const bootsKept = 100

const initialState: JoinTokenState = { phase: 'NONE', settings: null, uses: 0, usedBy: [], refusedBootIds: [], refusals: 0 }

/** Tokens with which agents enrol. */
export const joinTokenAggregate = aggregate({
  name: 'join-token',
  prefix: 'jointoken-',
  decider: { initialState, decide, evolve },
  stateBytes: ({ usedBy, refusedBootIds }) => 64 * (usedBy.length + refusedBootIds.length),
})
export const joinTokenStream = joinTokenAggregate.streamOf

function decide(command: JoinTokenCommand, state: JoinTokenState): Decision<JoinTokenEvent> {
  switch (command.type) {
    case 'CreateJoinToken':
      return create(command, state)
    case 'UseJoinToken':
      return use(command, state)
    case 'RevokeJoinToken':
      if (state.phase === 'NONE') return unknownJoinToken()
      if (state.phase === 'REVOKED') return []
      return checkText('reason', command.reason) ?? checkReason(command.reason) ?? [{ type: 'JoinTokenRevoked', data: { reason: command.reason } }]
  }
}

function create({ settings, idempotencyKey, now }: CreateJoinToken, state: JoinTokenState): Decision<JoinTokenEvent> {
  if (state.settings) {
    if (isSame(settings, state.settings)) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another join token', 'idempotencyKey')
  }
  const { name, expiresAt, maxUses, labels } = settings
  const no = (message: string, field: string) => rejection('JOIN_TOKEN_SETTING_INVALID', message, field)
  if (name.trim() === '' || name.length > joinTokenLimits.nameLength) return no(`a name has 1 to ${joinTokenLimits.nameLength} characters`, 'name')
  if (maxUses !== null && (maxUses < 1 || maxUses > joinTokenLimits.maxUses)) {
    return no(`a limited token is for 1 to ${joinTokenLimits.maxUses} agents`, 'maxUses')
  }
  if (expiresAt !== null && expiresAt <= now) return no('the token would have expired already', 'expiresAt')
  const invalid = checkText('name', name) ?? checkLabels(labels) ?? checkIdempotencyKey(idempotencyKey)
  return invalid ?? [{ type: 'JoinTokenCreated', data: { ...settings, idempotencyKey } }]
}

function isSame(one: JoinTokenSettings, other: JoinTokenSettings): boolean {
  const compared = ({ name, secretHash, expiresAt, maxUses, labels, approve }: JoinTokenSettings) =>
    JSON.stringify([name, secretHash, expiresAt, maxUses, Object.entries(labels).sort(), approve])
  return compared(one) === compared(other)
}

/** All in one decision, so that the token is not used more often than it may, whatever comes together. */
function use({ uses, ownSecretHash, now }: UseJoinToken, before: JoinTokenState): Decision<JoinTokenEvent> {
  const events: JoinTokenEvent[] = []
  let state = before
  for (const one of uses) {
    const event = useOne(one, ownSecretHash, now, state)
    if (!event) continue
    events.push(event)
    state = evolve(state, event)
  }
  return events
}

function useOne(asked: TokenUse, ownSecretHash: string, now: number, state: JoinTokenState): JoinTokenEvent | null {
  const refused = refusalOfUse(asked, ownSecretHash, now, state)
  const { agentId, fingerprint, bootId, remoteAddress } = asked
  if (!refused) {
    if (state.usedBy.includes(fingerprint)) return null
    return { type: 'JoinTokenUsed', data: { agentId, fingerprint, bootId, remoteAddress } }
  }
  if (refused.rejected === 'JOIN_TOKEN_INVALID' || state.refusals >= mostRefusals || state.refusedBootIds.includes(bootId)) return null
  return { type: 'JoinTokenRefused', data: { agentId, bootId, remoteAddress, code: refused.rejected } }
}

/** Returns why an agent may not enrol with this token, or null. Looks at the secret first, so that strangers learn no more. */
export function refusalOfUse(
  { secretHash, fingerprint }: Pick<TokenUse, 'secretHash' | 'fingerprint'>,
  ownSecretHash: string,
  now: number,
  { phase, settings, uses, usedBy }: JoinTokenState,
): Rejection | null {
  if (!settings || !isSameSecret(secretHash, settings.secretHash)) return invalidJoinToken()
  if (settings.isOwn && !isSameSecret(secretHash, ownSecretHash)) return invalidJoinToken()
  if (phase === 'REVOKED') return rejection('JOIN_TOKEN_REVOKED', 'the join token was revoked; ask for another one')
  if (usedBy.includes(fingerprint)) return null
  if (settings.expiresAt !== null && now >= settings.expiresAt) {
    return rejection('JOIN_TOKEN_EXPIRED', `the join token expired at ${new Date(settings.expiresAt).toISOString()}; ask for another one`)
  }
  if (settings.maxUses !== null && uses >= settings.maxUses) {
    return rejection('JOIN_TOKEN_USED_UP', `the join token was for ${settings.maxUses} agents, and as many have enrolled; ask for another one`)
  }
  return null
}

export function invalidJoinToken(): Rejection {
  return rejection('JOIN_TOKEN_INVALID', 'this center knows no such join token')
}

export function unknownJoinToken(): Rejection {
  return rejection('JOIN_TOKEN_UNKNOWN', 'no join token has this id', 'joinToken')
}

function evolve(state: JoinTokenState, event: JoinTokenEvent): JoinTokenState {
  switch (event.type) {
    case 'JoinTokenCreated': {
      const { idempotencyKey: _, ...settings } = event.data
      return { ...initialState, phase: 'USABLE', settings }
    }
    case 'JoinTokenUsed': {
      const isLimited = state.settings?.maxUses !== null
      return { ...state, uses: state.uses + 1, usedBy: isLimited ? [...state.usedBy, event.data.fingerprint] : [] }
    }
    case 'JoinTokenRefused':
      return { ...state, refusals: state.refusals + 1, refusedBootIds: [...state.refusedBootIds, event.data.bootId].slice(-bootsKept) }
    case 'JoinTokenRevoked':
      return { ...state, phase: 'REVOKED' }
  }
}
