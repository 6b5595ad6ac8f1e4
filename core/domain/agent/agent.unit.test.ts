import type { AgentFacts, OwnCron } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import {
  type AgentCrons,
  type AgentEvent,
  type AgentState,
  agentDecider,
  type DroppedRuns,
  decideAgent,
  evolveAgent,
  initialAgentState,
  type TellCrons,
  type TellDroppedRuns,
  type TellFacts,
} from './agent.ts'

const agentId = '0123456789abcdef0123456789abcdef'
const ip = '10.0.0.1'
const facts: AgentFacts = {
  name: 'host',
  version: '0.2.0',
  platform: 'linux-x64',
  labels: { site: 'a', rack: '7' },
  apps: [
    { name: 'apptest', version: '1', isLocal: true },
    { name: 'shell', version: '', isLocal: false },
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
    ['version of an app', { apps: [...facts.apps.slice(0, 1), { name: 'shell', version: '2', isLocal: false }] }],
    ['place of an app', { apps: facts.apps.map((app) => ({ ...app, isLocal: true })) }],
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

describe('an agent that tells its own crons', () => {
  const cron: OwnCron = { id: 'one', comment: 'c', app: 'apptest', func: 'f', processor: false, rule: '* * * * * *', isEnabled: true, error: null }
  const crons: AgentCrons = { timeZone: 'UTC', crons: [cron], fileError: null }
  const none: AgentCrons = { timeZone: 'UTC', crons: [], fileError: null }
  const tellCrons = (of: AgentCrons): TellCrons => ({ type: 'TellCrons', agentId, crons: of })
  const changed = (to: AgentCrons): AgentEvent => ({ type: 'AgentCronsChanged', data: { agentId, ...to } })

  it('is refused before it has told its facts', () => {
    given(agentDecider, []).when(tellCrons(crons)).then('AGENT_UNKNOWN')
  })

  it('makes an event the first time, and none if there never was a cron', () => {
    given(agentDecider, [registered])
      .when(tellCrons(crons))
      .then([changed(crons)])
    given(agentDecider, [registered]).when(tellCrons(none)).then([])
  })

  it('makes no event where nothing changed, also after other facts', () => {
    const past: AgentEvent[] = [registered, changed(crons), { type: 'AgentFactsChanged', data: { agentId, ip: '10.0.0.2', facts } }]
    given(agentDecider, past).when(tellCrons(crons)).then([])
  })

  it.each<[string, Partial<AgentCrons>]>([
    ['last cron is gone', { crons: [] }],
    ['cron has another rule', { crons: [{ ...cron, rule: '0 * * * * *' }] }],
    ['cron is switched off', { crons: [{ ...cron, isEnabled: false }] }],
    ['cron is broken', { crons: [{ ...cron, error: 'Rule: it never fires' }] }],
    ['time zone is another one', { timeZone: 'Asia/Shanghai' }],
    ['file can not be read', { fileError: 'it is not a file' }],
  ])('makes an event where its %s', (_, change) => {
    const next = { ...crons, ...change }
    given(agentDecider, [registered, changed(crons)])
      .when(tellCrons(next))
      .then([changed(next)])
  })

  it('makes an event where a file without crons can not be read, and where it can again', () => {
    const broken = { ...none, fileError: 'it is not a file' }
    given(agentDecider, [registered])
      .when(tellCrons(broken))
      .then([changed(broken)])
    given(agentDecider, [registered, changed(broken)])
      .when(tellCrons(none))
      .then([changed(none)])
  })
})

describe('an agent that tells of dropped runs', () => {
  const dropped: DroppedRuns = { journalId: 'j-1', batch: 1, count: 3, firstFireAt: 1_000, lastFireAt: 3_000 }
  const tellDropped = (change: Partial<DroppedRuns> = {}): TellDroppedRuns => ({
    type: 'TellDroppedRuns',
    agentId,
    dropped: { ...dropped, ...change },
  })
  const recorded = (change: Partial<DroppedRuns> = {}): AgentEvent => ({ type: 'AgentCronRunsDropped', data: { agentId, ...dropped, ...change } })

  it('is refused before it has told its facts', () => {
    given(agentDecider, []).when(tellDropped()).then('AGENT_UNKNOWN')
  })

  it('makes one event for each batch, however often it comes', () => {
    given(agentDecider, [registered]).when(tellDropped()).then([recorded()])
    given(agentDecider, [registered, recorded()]).when(tellDropped()).then([])
    const second = { batch: 2, count: 1, firstFireAt: 4_000, lastFireAt: 4_000 }
    given(agentDecider, [registered, recorded()])
      .when(tellDropped(second))
      .then([recorded(second)])
    given(agentDecider, [registered, recorded(), recorded(second)])
      .when(tellDropped())
      .then([])
  })

  it('counts the batches of a new journal from 1', () => {
    const past = [registered, recorded(), recorded({ batch: 2 })]
    given(agentDecider, past)
      .when(tellDropped({ journalId: 'j-2' }))
      .then([recorded({ journalId: 'j-2' })])
  })

  it('counts each dropped run once, over any repetition of batches that come in their order', () => {
    const batch = fc.record({ journal: fc.nat(2), batch: fc.integer({ min: 1, max: 5 }), times: fc.integer({ min: 1, max: 3 }) })
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 12 }), (drawn) => {
        const inOrder = drawn.toSorted((one, other) => one.journal - other.journal || one.batch - other.batch)
        let state = evolveAgent(initialAgentState, registered)
        const taken: string[] = []
        for (const { journal, batch, times } of inOrder) {
          for (let time = 0; time < times; time++) {
            const decision = decideAgent(tellDropped({ journalId: `j-${journal}`, batch }), state)
            if (isRejection(decision)) throw new Error(decision.message)
            if (decision.length > 0) taken.push(`${journal}/${batch}`)
            state = decision.reduce(evolveAgent, state)
          }
        }
        expect(taken).toEqual([...new Set(inOrder.map(({ journal, batch }) => `${journal}/${batch}`))])
      }),
    )
  })
})

describe('any sequence of facts', () => {
  const text = fc.constantFrom('', 'a', 'a,b', 'b', '["a"]')
  const anyFacts: fc.Arbitrary<AgentFacts> = fc.record({
    name: text,
    version: text,
    platform: text,
    labels: fc.dictionary(text, text, { maxKeys: 3 }),
    apps: fc.uniqueArray(fc.record({ name: text, version: text, isLocal: fc.boolean() }), { maxLength: 3, selector: ({ name }) => name }),
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
