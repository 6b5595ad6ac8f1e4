import { agentAppsAggregate } from '../../domain/agent-apps/agent-apps.ts'
import { readModel } from '../read-model.ts'
import { appAgentStates } from './app-agent-view.ts'
import { projectAppAgents } from './projector.ts'
import { countAgentsOfRollout, readAgentsOfApp, readAppsOfAgent } from './queries.ts'

/** Which agent has which app of the center, one row for each pair. */
export const appAgentsReadModel = readModel({
  name: 'app-agents',
  tables: [{ name: 'app_agents', key: 'id' }],
  reads: [agentAppsAggregate],
  lists: ['app-agents'],
  states: appAgentStates,
  apply: projectAppAgents,
  queries: { ofApp: readAgentsOfApp, ofAgent: readAppsOfAgent, countsOfRollout: countAgentsOfRollout },
})
