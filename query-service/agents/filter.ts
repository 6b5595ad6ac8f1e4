import { parseSelector, selects } from '@elves/core/domain/selectors/selector.ts'
import { type AgentView, aliasOf, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { AgentFilter } from '@elves/core/read-models/agents/queries.ts'
import { anyOf } from '../subscriptions/any-of.ts'

/**
 * Matches the agents that `readAgents` finds by SQL. Without a state in the filter it also matches removed agents, so
 * that subscribers learn of a removal.
 */
export function agentMatches(filter: AgentFilter): (agent: AgentView) => boolean {
  const ids = anyOf(filter.ids)
  const ips = anyOf(filter.ips)
  const states = anyOf(filter.states)
  const apps = anyOf(filter.apps)
  const selector = parseSelector(filter.selector ?? '')
  return (agent) =>
    ids(agent.id) &&
    ips(aliasOf(agent)) &&
    states(agent.state) &&
    (filter.apps === undefined || agent.facts.apps.some(({ name }) => apps(name))) &&
    selects(selector, selectableOf(agent))
}
