import { isIPv4 } from 'node:net'
import type { AgentFacts } from '@elves/schemas/generated/types.ts'
import { isAgentId } from '../../foundation/ids.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'

/** Events of stream `agent-<id>`. */
export type AgentEvent = EventOf<'agent'>

export interface AgentState {
  readonly isRegistered: boolean
  readonly ip: string
  readonly facts: AgentFacts | null
}

/** Facts that an agent reports about itself, in its hello or later. */
export interface TellFacts {
  readonly type: 'TellFacts'
  readonly agentId: string
  readonly ip: string
  readonly facts: AgentFacts
}

export const initialAgentState: AgentState = { isRegistered: false, ip: '', facts: null }

export const agentDecider: Decider<AgentState, TellFacts, AgentEvent> = {
  initialState: initialAgentState,
  decide: decideAgent,
  evolve: evolveAgent,
}

/** Records the facts that an agent reports about itself. */
export const agentAggregate = aggregate({ name: 'agent', prefix: 'agent-', decider: agentDecider, stateBytes })
export const agentStream = agentAggregate.streamOf

export function decideAgent(command: TellFacts, state: AgentState): Decision<AgentEvent> {
  const { agentId, ip, facts } = command
  if (!isAgentId(agentId)) return rejection('AGENT_ID_INVALID', 'an agent id has 32 lower-case hex digits')
  if (!isIPv4(ip)) return rejection('AGENT_IP_INVALID', `${ip} is not an IPv4 address`)
  if (!state.isRegistered) return [{ type: 'AgentRegistered', data: { agentId, ip, facts } }]
  if (state.ip === ip && state.facts && isSame(state.facts, facts)) return []
  return [{ type: 'AgentFactsChanged', data: { agentId, ip, facts } }]
}

export function evolveAgent(_state: AgentState, event: AgentEvent): AgentState {
  switch (event.type) {
    case 'AgentRegistered':
    case 'AgentFactsChanged':
      return { isRegistered: true, ip: event.data.ip, facts: event.data.facts }
  }
}

/** Size of the facts: an agent may report many apps and labels. */
function stateBytes({ facts }: AgentState): number {
  if (facts === null) return 0
  const texts = [facts.name, facts.version, facts.platform, ...Object.entries(facts.labels).flat()]
  const apps = facts.apps.flatMap(({ name, version }) => [name, version])
  return [...texts, ...apps].reduce((sum, text) => sum + 32 + text.length, 0)
}

/** Returns true if the facts are equal, in whatever order labels and apps come: an agent lists a folder, whose order is not fixed. */
function isSame(one: AgentFacts, other: AgentFacts): boolean {
  return canonical(one) === canonical(other)
}

function canonical(facts: AgentFacts): string {
  const labels = Object.entries(facts.labels).sort(byText)
  const apps = facts.apps.map(({ name, version }) => [name, version]).sort(byText)
  return JSON.stringify([facts.name, facts.version, facts.platform, labels, apps])
}

function byText(one: readonly unknown[], other: readonly unknown[]): number {
  return String(one) < String(other) ? -1 : 1
}
