import { describe, expect, it } from 'vitest'
import { given } from '../testing/given.ts'
import { type AgentEvent, agentDecider } from './agent.ts'
import { type Enrolment, noEnrolment, refusalOfKey } from './enrolment.ts'

const agentId = 'a'.repeat(32)
const facts = { name: 'host', version: '0.3.0', platform: 'linux-x64', labels: {}, apps: [] }
const registered: AgentEvent = { type: 'AgentRegistered', data: { agentId, ip: '10.0.0.1', facts } }
const pinned = {
  agentId,
  publicKey: 'key',
  fingerprint: 'SHA256:key',
  joinTokenId: '0123456789ABCDEF',
  enrolledBy: { kind: 'LOCAL', id: 'local', name: null },
  labels: { site: 'a' },
  isApproved: true,
  remoteAddress: '10.0.0.1',
} as const
const enrol = { type: 'Enrol', ...pinned } as const
const enrolled: AgentEvent = { type: 'AgentEnrolled', data: pinned }
const waiting: AgentEvent = { type: 'AgentEnrolled', data: { ...pinned, isApproved: false } }
const revoked: AgentEvent = { type: 'AgentRevoked', data: { agentId, reason: 'stolen', idempotencyKey: null } }
const refuse = (bootId: string) => ({
  type: 'RefuseKey' as const,
  agentId,
  bootId,
  fingerprint: null,
  remoteAddress: '10.0.0.2',
  code: 'AGENT_KEY_MISMATCH',
})
const refused = (bootId: string): AgentEvent => {
  const { type: _, ...data } = refuse(bootId)
  return { type: 'AgentKeyRefused', data }
}

describe('the enrolment of an agent', () => {
  it('pins its key once, and no other afterwards', () => {
    given(agentDecider, []).when(enrol).then([enrolled])
    given(agentDecider, [enrolled]).when(enrol).then([])
    given(agentDecider, [enrolled])
      .when({ ...enrol, publicKey: 'other' })
      .then('AGENT_KEY_MISMATCH')
    given(agentDecider, [enrolled, registered, revoked]).when(enrol).then('AGENT_REVOKED')
  })

  it('waits for approval where its token says so', () => {
    const approve = { type: 'ApproveAgent', agentId } as const
    given(agentDecider, [waiting, registered])
      .when(approve)
      .then([{ type: 'AgentApproved', data: { agentId } }])
    given(agentDecider, [enrolled, registered]).when(approve).then([])
    given(agentDecider, [waiting, registered, revoked]).when(approve).then('AGENT_REVOKED')
  })

  it('is revoked once, and only where the agent is known', () => {
    const revoke = { type: 'RevokeAgent', agentId, reason: 'stolen', idempotencyKey: null } as const
    given(agentDecider, []).when(revoke).then('AGENT_UNKNOWN')
    given(agentDecider, [enrolled, registered]).when(revoke).then([revoked])
    given(agentDecider, [enrolled, registered, revoked]).when(revoke).then([])
    given(agentDecider, [registered])
      .when({ ...revoke, reason: 'x'.repeat(1_025) })
      .then('REASON_TOO_LONG')
  })

  it('has the labels that people set last', () => {
    const set = { type: 'SetLabels', agentId, labels: { env: 'prod' } } as const
    const labelled: AgentEvent = { type: 'AgentLabelsSet', data: { agentId, labels: { env: 'prod' } } }
    given(agentDecider, [registered]).when(set).then([labelled])
    given(agentDecider, [registered, labelled]).when(set).then([])
    given(agentDecider, [registered, labelled])
      .when({ ...set, labels: { 'e=v': 'x' } })
      .then('LABELS_INVALID')
    given(agentDecider, []).when(set).then('AGENT_UNKNOWN')
  })

  it('records a refused process once', () => {
    given(agentDecider, [enrolled, registered])
      .when(refuse('b-1'))
      .then([refused('b-1')])
    given(agentDecider, [enrolled, registered, refused('b-1')])
      .when(refuse('b-1'))
      .then([])
    given(agentDecider, [enrolled, registered, refused('b-1')])
      .when(refuse('b-2'))
      .then([refused('b-2')])
  })

  it('lets a process speak for the agent by the pinned key alone', () => {
    const state: Enrolment = { ...noEnrolment, phase: 'APPROVED', publicKey: 'key' }
    const judged = (publicKey: string | null, next: string | null = null, by = state) =>
      refusalOfKey(agentId, publicKey === null ? null : { publicKey, isProven: true, next }, by)?.rejected ?? null
    expect(judged('key')).toBeNull()
    expect(judged('other')).toBe('AGENT_KEY_MISMATCH')
    expect(judged(null)).toBe('AGENT_KEY_MISMATCH')
    expect(judged('key', null, { ...state, phase: 'REVOKED' })).toBe('AGENT_REVOKED')
    expect(judged('key', null, noEnrolment)).toBeNull()
    // While it changes its key, either may be the pinned one.
    expect(judged('key', 'next')).toBeNull()
    expect(judged('earlier', 'key')).toBeNull()
    expect(judged('earlier', 'other')).toBe('AGENT_KEY_MISMATCH')
  })

  it('changes the pinned key for one that was proven beside it, once', () => {
    const fact = { agentId, publicKey: 'next', fingerprint: 'SHA256:next', earlierFingerprint: 'SHA256:key', remoteAddress: '10.0.0.1' }
    const rotate = { type: 'RotateKey', earlierKey: 'key', ...fact } as const
    const rotated: AgentEvent = { type: 'AgentKeyRotated', data: fact }
    given(agentDecider, [enrolled, registered]).when(rotate).then([rotated])
    given(agentDecider, [enrolled, registered, rotated]).when(rotate).then([])
    given(agentDecider, [enrolled, registered, rotated])
      .when({ ...rotate, publicKey: 'third' })
      .then('AGENT_KEY_MISMATCH')
    given(agentDecider, [enrolled, registered, revoked]).when(rotate).then('AGENT_REVOKED')
    given(agentDecider, []).when(rotate).then('AGENT_KEY_MISMATCH')
  })
})
