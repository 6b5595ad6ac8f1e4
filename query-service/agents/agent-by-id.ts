import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { RequestContext } from '../graphql/context.ts'

/** An agent for an answer that may show many: those that are asked for at once are one query. */
export function agentById(context: RequestContext, id: string): Promise<AgentListing | null> {
  const { readModels } = context.services
  return context.loader<AgentListing>('agents', (ids, maxBytes) => readModels.agentsById(ids, maxBytes)).load(id)
}
