import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { type JoinTokenEvent, type JoinTokenSettings, joinTokenAggregate, type TokenUse } from './join-token.ts'

const { decider } = joinTokenAggregate
const createdBy = { kind: 'LOCAL', id: 'local', name: null } as const
const settings: JoinTokenSettings = {
  name: 'racks',
  secretHash: 'hash',
  expiresAt: 1_000,
  maxUses: 2,
  labels: { site: 'a' },
  approve: true,
  isOwn: false,
  createdBy,
}
const created = (changes: Partial<JoinTokenSettings> = {}): JoinTokenEvent => ({
  type: 'JoinTokenCreated',
  data: { ...settings, ...changes, idempotencyKey: null },
})
const create = (changes: Partial<JoinTokenSettings> = {}) =>
  ({ type: 'CreateJoinToken', settings: { ...settings, ...changes }, idempotencyKey: null, now: 10 }) as const
const user = (name: string, secretHash = 'hash'): TokenUse => ({
  agentId: name,
  fingerprint: `key of ${name}`,
  bootId: `boot of ${name}`,
  remoteAddress: '10.0.0.1',
  secretHash,
})
const use = (uses: readonly TokenUse[], now = 10, ownSecretHash = 'own') => ({ type: 'UseJoinToken', uses, ownSecretHash, now }) as const
const used = (name: string): JoinTokenEvent => {
  const { secretHash: _, ...data } = user(name)
  return { type: 'JoinTokenUsed', data }
}
const refused = (name: string, code: string): JoinTokenEvent => {
  const { secretHash: _, fingerprint: __, ...data } = user(name)
  return { type: 'JoinTokenRefused', data: { ...data, code } }
}

describe('a join token', () => {
  it('is made once: the same request again is done already, another one under its id is refused', () => {
    given(decider, []).when(create()).then([created()])
    given(decider, [created()]).when(create()).then([])
    given(decider, [created()])
      .when(create({ name: 'other' }))
      .then('IDEMPOTENCY_KEY_REUSED')
  })

  it.each([{ name: ' ' }, { name: 'x'.repeat(129) }, { maxUses: 0 }, { maxUses: 10_001 }, { expiresAt: 10 }])('is not made with %o', (changes) => {
    given(decider, []).when(create(changes)).then('JOIN_TOKEN_SETTING_INVALID')
  })

  it('is not made with labels that no agent can have', () => {
    given(decider, [])
      .when(create({ labels: { 'a b': '1' } }))
      .then('LABELS_INVALID')
  })

  it('lets as many in as it is for, also where more come at once, and records who was refused', () => {
    given(decider, [created()])
      .when(use([user('a'), user('b'), user('c')]))
      .then([used('a'), used('b'), refused('c', 'JOIN_TOKEN_USED_UP')])
  })

  it('counts an agent that comes again once, and lets it in when it is used up or expired', () => {
    given(decider, [created(), used('a')])
      .when(use([user('a')]))
      .then([])
    given(decider, [created(), used('a'), used('b')])
      .when(use([user('b')], 5_000))
      .then([])
  })

  it('lets nobody in from its end on, or once it was revoked', () => {
    given(decider, [created()])
      .when(use([user('a')], 999))
      .then([used('a')])
    given(decider, [created()])
      .when(use([user('a')], 1_000))
      .then([refused('a', 'JOIN_TOKEN_EXPIRED')])
    const revoked: JoinTokenEvent = { type: 'JoinTokenRevoked', data: { reason: 'lost' } }
    given(decider, [created()]).when({ type: 'RevokeJoinToken', reason: 'lost' }).then([revoked])
    given(decider, [created(), revoked]).when({ type: 'RevokeJoinToken', reason: 'again' }).then([])
    given(decider, [created(), revoked])
      .when(use([user('a')]))
      .then([refused('a', 'JOIN_TOKEN_REVOKED')])
    given(decider, []).when({ type: 'RevokeJoinToken', reason: null }).then('JOIN_TOKEN_UNKNOWN')
  })

  it('writes nothing about who has another secret, and refuses a process with an event once', () => {
    given(decider, [created()])
      .when(use([user('a', 'guess')]))
      .then([])
    given(decider, [created(), refused('a', 'JOIN_TOKEN_EXPIRED')])
      .when(use([user('a')], 1_000))
      .then([])
  })

  it("of the platform's own holds while it is the setting's value", () => {
    const own = created({ isOwn: true, expiresAt: null, maxUses: null })
    given(decider, [own])
      .when(use([user('a')], 10, 'hash'))
      .then([used('a')])
    given(decider, [own])
      .when(use([user('a')], 10, 'newer'))
      .then([])
  })

  it('is never used more often than it may, however many come together', () => {
    const names = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 6 }), { maxLength: 6 })
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 4 }), (batches, maxUses) => {
        let state = decider.evolve(decider.initialState, created({ maxUses }))
        for (const batch of batches) {
          const decision = decider.decide(use(batch.map((name) => user(name))), state)
          if (!isRejection(decision)) state = decision.reduce(decider.evolve, state)
        }
        const distinct = new Set(batches.flat()).size
        expect(state.uses).toBe(Math.min(distinct, maxUses))
        expect(new Set(state.usedBy).size).toBe(state.uses)
      }),
    )
  })
})
