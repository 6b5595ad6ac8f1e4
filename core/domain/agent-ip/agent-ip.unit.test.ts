import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { type AgentIpCommand, type AgentIpEvent, agentIpDecider, decideAgentIp, evolveAgentIp, initialAgentIpState } from './agent-ip.ts'

const ip = '10.0.0.1'
const claim = { type: 'ClaimIp', ip, agentId: 'a', absentOwnerId: null } as const
const release = { type: 'ReleaseIp', ip, agentId: 'a' } as const
const claimed: AgentIpEvent = { type: 'AgentIpClaimed', data: { ip, agentId: 'a', previousAgentId: null } }
const released: AgentIpEvent = { type: 'AgentIpReleased', data: { ip, agentId: 'a' } }

describe('the alias of an ip', () => {
  it('goes to the first who claims it, and stays when it claims it again', () => {
    given(agentIpDecider, []).when(claim).then([claimed])
    given(agentIpDecider, [claimed]).when(claim).then([])
  })

  it('moves away from an agent that is not connected, and says from whom', () => {
    given(agentIpDecider, [claimed])
      .when({ ...claim, agentId: 'b', absentOwnerId: 'a' })
      .then([{ type: 'AgentIpClaimed', data: { ip, agentId: 'b', previousAgentId: 'a' } }])
  })

  it('never moves away from an agent that is connected', () => {
    given(agentIpDecider, [claimed])
      .when({ ...claim, agentId: 'b' })
      .then('AGENT_IP_TAKEN')
  })

  it('does not move where another than the one seen absent owns it by now', () => {
    given(agentIpDecider, [claimed])
      .when({ ...claim, agentId: 'b', absentOwnerId: 'c' })
      .then('AGENT_IP_TAKEN')
  })

  it('is given back only by its owner, and is then free', () => {
    given(agentIpDecider, [claimed]).when(release).then([released])
    given(agentIpDecider, [claimed])
      .when({ ...release, agentId: 'b' })
      .then([])
    given(agentIpDecider, []).when(release).then([])
    given(agentIpDecider, [claimed, released])
      .when({ ...claim, agentId: 'b', absentOwnerId: 'a' })
      .then([{ type: 'AgentIpClaimed', data: { ip, agentId: 'b', previousAgentId: null } }])
  })

  it('changes hands only as the events say, whatever the commands', () => {
    const agentId = fc.constantFrom('a', 'b', 'c')
    const command: fc.Arbitrary<AgentIpCommand> = fc.oneof(
      fc.record({ type: fc.constant('ClaimIp' as const), ip: fc.constant(ip), agentId, absentOwnerId: fc.option(agentId) }),
      fc.record({ type: fc.constant('ReleaseIp' as const), ip: fc.constant(ip), agentId }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
        let state = initialAgentIpState
        for (const one of commands) {
          const before = state.ownerId
          const decision = decideAgentIp(one, state)
          if (isRejection(decision)) {
            expect(one.type === 'ClaimIp' && before !== null && one.absentOwnerId !== before).toBe(true)
            continue
          }
          state = decision.reduce(evolveAgentIp, state)
          if (one.type === 'ClaimIp') expect(state.ownerId).toBe(one.agentId)
          else expect(state.ownerId).toBe(before === one.agentId ? null : before)
        }
      }),
    )
  })
})
