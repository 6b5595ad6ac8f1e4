import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { RequestContext } from '../graphql/context.ts'

/** Loads an agent by id. Agents that are asked for at the same time are read in one query. */
export function agentById(context: RequestContext, id: string): Promise<AgentListing | null> {
  const { readModels } = context.services
  return context.loader<AgentListing>('agents', (ids, maxBytes) => readModels.agentsById(ids, maxBytes)).load(id)
}
