import { agentAggregates } from '../../domain/agent-events.ts'
import { readModel } from '../read-model.ts'
import { agentStates } from './agent-view.ts'
import { groupAgents } from './groups.ts'
import { projectAgents } from './projector.ts'
import { readAgent, readAgents, readAgentsById } from './queries.ts'
import { boundAgents, selectAgents } from './selection.ts'

/** The list of agents, one row each. */
export const agentsReadModel = readModel({
  name: 'agents',
  tables: [
    { name: 'agents', key: 'id' },
    { name: 'agent_terms', key: 'id' },
  ],
  reads: agentAggregates,
  lists: ['agents'],
  states: agentStates,
  apply: projectAgents,
  queries: { byIdOrIp: readAgent, manyById: readAgentsById, list: readAgents, select: selectAgents, bound: boundAgents, groups: groupAgents },
})
