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
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let state = initialAgentLinkState
        for (const one of commands) {
          const decision = decideAgentLink(one, state)
          if (isRejection(decision)) throw new Error(decision.message)
          for (const event of decision) {
            const before = state
            state = evolveAgentLink(state, event)
            if (event.type === 'AgentRecovered') expect(before.phase).toBe('LOST')
            if (event.type === 'AgentLost' || event.type === 'AgentDisconnected') expect(before.phase).toBe('CONNECTED')
            if (event.type === 'AgentDuplicateRefused') expect(state).toBe(before)
          }
          if (one.type === 'Connect') expect(state.phase).toBe('CONNECTED')
          else expect(state.phase).not.toBe('CONNECTED')
        }
      }),
    )
  })
})
