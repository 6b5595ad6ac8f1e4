import type { AgentFacts } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { type AgentEvent, type AgentState, agentDecider, decideAgent, evolveAgent, initialAgentState, type TellFacts } from './agent.ts'

const agentId = '0123456789abcdef0123456789abcdef'
const ip = '10.0.0.1'
const facts: AgentFacts = {
  name: 'host',
  version: '0.2.0',
  platform: 'linux-x64',
  labels: { site: 'a', rack: '7' },
  apps: [
    { name: 'apptest', version: '1' },
    { name: 'shell', version: '' },
  ],
}
const tell: TellFacts = { type: 'TellFacts', agentId, ip, facts }
const registered: AgentEvent = { type: 'AgentRegistered', data: { agentId, ip, facts } }

describe('an agent that tells its facts', () => {
  it('is registered the first time', () => {
    given(agentDecider, []).when(tell).then([registered])
  })

  it('makes no event where nothing changed, whatever the order of labels and apps', () => {
    given(agentDecider, [registered]).when(tell).then([])
    const shuffled = { ...facts, labels: { rack: '7', site: 'a' }, apps: facts.apps.toReversed() }
    given(agentDecider, [registered])
      .when({ ...tell, facts: shuffled })
      .then([])
  })

  it.each<[string, Partial<AgentFacts>]>([
    ['name', { name: 'other' }],
    ['version', { version: '0.3.0' }],
    ['platform', { platform: 'win32-x64' }],
    ['labels', { labels: { site: 'a', rack: '8' } }],
    ['number of labels', { labels: { site: 'a' } }],
    ['apps', { apps: [] }],
    ['version of an app', { apps: [...facts.apps.slice(0, 1), { name: 'shell', version: '2' }] }],
  ])('makes an event where its %s changed', (_, change) => {
    const changed = { ...facts, ...change }
    given(agentDecider, [registered])
      .when({ ...tell, facts: changed })
      .then([{ type: 'AgentFactsChanged', data: { agentId, ip, facts: changed } }])
  })

  it('makes an event where its ip changed', () => {
    given(agentDecider, [registered])
      .when({ ...tell, ip: '10.0.0.2' })
      .then([{ type: 'AgentFactsChanged', data: { agentId, ip: '10.0.0.2', facts } }])
  })

  it.each(['', 'ABCDEF0123456789ABCDEF0123456789', agentId.slice(1), `${agentId}0`])('is refused with the id %j', (wrong) => {
    given(agentDecider, [])
      .when({ ...tell, agentId: wrong })
      .then('AGENT_ID_INVALID')
  })

  it.each(['', '::1', '10.0.0', '10.0.0.256', 'localhost'])('is refused with the ip %j', (wrong) => {
    given(agentDecider, [registered])
      .when({ ...tell, ip: wrong })
      .then('AGENT_IP_INVALID')
  })
})

describe('any sequence of facts', () => {
  const text = fc.constantFrom('', 'a', 'a,b', 'b', '["a"]')
  const anyFacts: fc.Arbitrary<AgentFacts> = fc.record({
    name: text,
    version: text,
    platform: text,
    labels: fc.dictionary(text, text, { maxKeys: 3 }),
    apps: fc.uniqueArray(fc.record({ name: text, version: text }), { maxLength: 3, selector: ({ name }) => name }),
  })

  it('ends with the facts told last, and telling them again makes no event', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 5 }), (told) => {
        let state: AgentState = initialAgentState
        for (const one of told) {
          const decision = decideAgent({ ...tell, facts: one }, state)
          if (isRejection(decision)) throw new Error(decision.message)
          state = decision.reduce(evolveAgent, state)
        }
        const last = told.at(-1) as AgentFacts
        expect(state.facts?.labels).toEqual(last.labels)
        expect(new Set(state.facts?.apps)).toEqual(new Set(last.apps))
        expect(decideAgent({ ...tell, facts: last }, state)).toEqual([])
      }),
    )
  })
})
