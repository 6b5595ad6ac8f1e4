import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import {
  type AgentLinkCommand,
  type AgentLinkEvent,
  agentLinkDecider,
  type Connect,
  decideAgentLink,
  evolveAgentLink,
  initialAgentLinkState,
} from './agent-link.ts'

const agentId = 'a'.repeat(32)
const link = { agentId, sessionId: 's-1', bootId: 'b-1', journalId: 'j-1', gatewayId: 'g', remoteAddress: '127.0.0.1', clockOffsetMs: 3_600_000 }
const connect: Connect = { type: 'Connect', ...link, isOtherBootAlive: false }
const connected: AgentLinkEvent = { type: 'AgentConnected', data: link }
const disconnect = { type: 'Disconnect', agentId, reason: 'GOODBYE' } as const
const disconnected: AgentLinkEvent = { type: 'AgentDisconnected', data: { agentId, sessionId: 's-1', reason: 'GOODBYE' } }
const lose = { type: 'Lose', agentId, lastSeenAt: 5 } as const
const lost: AgentLinkEvent = { type: 'AgentLost', data: { agentId, sessionId: 's-1', lastSeenAt: 5 } }
const reconnect: Connect = { ...connect, sessionId: 's-2' }

describe('a link', () => {
  it('connects the first time, after a goodbye, and recovers after it was lost', () => {
    given(agentLinkDecider, []).when(connect).then([connected])
    given(agentLinkDecider, [connected, disconnected])
      .when(reconnect)
      .then([{ type: 'AgentConnected', data: { ...link, sessionId: 's-2' } }])
    given(agentLinkDecider, [connected, lost])
      .when(reconnect)
      .then([{ type: 'AgentRecovered', data: { ...link, sessionId: 's-2' } }])
  })

  it('of the same process within the grace writes nothing', () => {
    given(agentLinkDecider, [connected])
      .when({ ...reconnect, isOtherBootAlive: true })
      .then([])
  })

  it('of a new process whose forerunner is silent takes over', () => {
    given(agentLinkDecider, [connected])
      .when({ ...reconnect, bootId: 'b-2' })
      .then([{ type: 'AgentConnected', data: { ...link, sessionId: 's-2', bootId: 'b-2' } }])
  })

  it('with a new journal is an event, even of the same process', () => {
    given(agentLinkDecider, [connected])
      .when({ ...reconnect, journalId: 'j-2' })
      .then([{ type: 'AgentConnected', data: { ...link, sessionId: 's-2', journalId: 'j-2' } }])
  })

  it('of another process while the first still answers is refused, as an event that changes nothing', () => {
    const refused: AgentLinkEvent = { type: 'AgentDuplicateRefused', data: { agentId, bootId: 'b-2', remoteAddress: '127.0.0.1' } }
    given(agentLinkDecider, [connected])
      .when({ ...reconnect, bootId: 'b-2', isOtherBootAlive: true })
      .then([refused])
    given(agentLinkDecider, [connected, refused]).when(reconnect).then([])
  })

  describe('whose agent has copies', () => {
    const copy = { ...reconnect, bootId: 'b-2', isOtherBootAlive: true }
    const refused = (bootId: string): AgentLinkEvent => ({ type: 'AgentDuplicateRefused', data: { agentId, bootId, remoteAddress: '127.0.0.1' } })

    it('refuses each of them as an event once, and then with advice', () => {
      given(agentLinkDecider, [connected, refused('b-2')])
        .when(copy)
        .then('AGENT_DUPLICATE')
      given(agentLinkDecider, [connected, refused('b-2')])
        .when({ ...copy, bootId: 'b-3' })
        .then([refused('b-3')])
      const decision = decideAgentLink(copy, [connected, refused('b-2')].reduce(evolveAgentLink, initialAgentLinkState))
      expect(isRejection(decision) && decision.message).toContain('delete identity.json and journal')
    })

    it('refuses them as events again where another process than before is connected', () => {
      const taken: AgentLinkEvent = { type: 'AgentConnected', data: { ...link, bootId: 'b-9' } }
      given(agentLinkDecider, [connected, refused('b-2'), taken])
        .when(copy)
        .then([refused('b-2')])
      given(agentLinkDecider, [connected, refused('b-2'), { ...connected, data: { ...link, journalId: 'j-2' } }])
        .when(copy)
        .then('AGENT_DUPLICATE')
    })

    it('does not fill the log with as many as there are', () => {
      const many = Array.from({ length: 1_000 }, (_, index) => refused(`c-${index}`))
      given(agentLinkDecider, [connected, ...many])
        .when(copy)
        .then('AGENT_DUPLICATE')
    })
  })

  describe('of an agent that somebody removes', () => {
    const remove = { type: 'Remove', agentId, reason: 'scrapped', idempotencyKey: 'k-1' } as const
    const removed: AgentLinkEvent = { type: 'AgentRemoved', data: { agentId, reason: 'scrapped', idempotencyKey: 'k-1' } }

    it('must have ended, or never have been', () => {
      given(agentLinkDecider, [connected]).when(remove).then('AGENT_CONNECTED')
      for (const past of [[], [connected, disconnected], [connected, lost]]) given(agentLinkDecider, past).when(remove).then([removed])
    })

    it('is removed once, whoever asks again', () => {
      given(agentLinkDecider, [connected, lost, removed]).when(remove).then([])
      given(agentLinkDecider, [connected, lost, removed])
        .when({ ...remove, idempotencyKey: null })
        .then([])
    })

    it('connects again as any other, and the same removal asked again does nothing to it', () => {
      const back: AgentLinkEvent = { type: 'AgentConnected', data: { ...link, sessionId: 's-2' } }
      given(agentLinkDecider, [connected, lost, removed]).when(reconnect).then([back])
      given(agentLinkDecider, [connected, lost, removed, back]).when(remove).then([])
      given(agentLinkDecider, [connected, lost, removed, back])
        .when({ ...remove, idempotencyKey: 'k-2' })
        .then('AGENT_CONNECTED')
    })

    it('wants a reason and a key that are none too long', () => {
      given(agentLinkDecider, [])
        .when({ ...remove, reason: 'x'.repeat(1_025) })
        .then('REASON_TOO_LONG')
      given(agentLinkDecider, [])
        .when({ ...remove, idempotencyKey: ' ' })
        .then('IDEMPOTENCY_KEY_INVALID')
    })
  })

  it('names its boot and its journal', () => {
    given(agentLinkDecider, [])
      .when({ ...connect, bootId: '' })
      .then('AGENT_ID_INVALID')
    given(agentLinkDecider, [])
      .when({ ...connect, journalId: '' })
      .then('AGENT_ID_INVALID')
  })

  it('is disconnected or lost only while it is connected', () => {
    given(agentLinkDecider, [connected]).when(disconnect).then([disconnected])
    given(agentLinkDecider, [connected]).when(lose).then([lost])
    for (const past of [[], [connected, disconnected], [connected, lost]]) {
      given(agentLinkDecider, past).when(disconnect).then([])
      given(agentLinkDecider, past).when(lose).then([])
    }
  })

  it('alternates between connected and not, whatever the commands', () => {
    const text = (prefix: string) => fc.constantFrom(`${prefix}-1`, `${prefix}-2`)
    const command: fc.Arbitrary<AgentLinkCommand> = fc.oneof(
      fc.record({ bootId: text('b'), journalId: text('j'), isOtherBootAlive: fc.boolean() }).map((change) => ({ ...connect, ...change })),
      fc.constant(disconnect),
      fc.constant(lose),
      fc.option(text('k')).map((idempotencyKey) => ({ type: 'Remove' as const, agentId, reason: null, idempotencyKey })),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let state = initialAgentLinkState
        for (const one of commands) {
          const decision = decideAgentLink(one, state)
          if (isRejection(decision)) {
            expect(state.phase).toBe('CONNECTED')
            expect(decision.rejected).toBe(one.type === 'Remove' ? 'AGENT_CONNECTED' : 'AGENT_DUPLICATE')
            continue
          }
          for (const event of decision) {
            const before = state
            state = evolveAgentLink(state, event)
            if (event.type === 'AgentRecovered') expect(before.phase).toBe('LOST')
            if (event.type === 'AgentLost' || event.type === 'AgentDisconnected') expect(before.phase).toBe('CONNECTED')
            if (event.type === 'AgentRemoved') expect(before.phase).not.toBe('CONNECTED')
            if (event.type === 'AgentDuplicateRefused') {
              expect(state).toEqual({ ...before, refusedBootIds: state.refusedBootIds })
              expect(new Set(state.refusedBootIds).size).toBe(before.refusedBootIds.length + 1)
            }
          }
          if (one.type === 'Connect') expect(state.phase).toBe('CONNECTED')
          else if (one.type !== 'Remove') expect(state.phase).not.toBe('CONNECTED')
        }
      }),
    )
  })
})
