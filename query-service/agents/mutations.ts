import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type AgentView, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { largestPageBytes } from '@elves/core/read-models/paging/page.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import type { AgentParent } from './parents.ts'

export const agentMutations = {
  removeAgent: async (_root, { input }, { caller, services }) => {
    const { agentId, events, position, refusal } = await services.commands.call(removeAgent, caller, input)
    if (refusal) return { agent: null, position, refusal }
    const known = (await services.readModels.agentsById([agentId], largestPageBytes)).get(agentId)
    // The agent is removed even if its row can't be read.
    return { agent: agentAfter(agentId, known && !(known instanceof ElvesError) ? known : null, events), position, refusal }
  },
} satisfies MutationResolvers

/** The agent as the read models have it, with the events applied that they may not have yet. */
function agentAfter(agentId: string, known: AgentView | null, events: readonly RecordedEvent[]): AgentParent {
  let view = known
  for (const event of events.filter(isAnyAgentEvent)) view = evolveAgentView(view, agentId, event)
  return { view: view as AgentView, lastSeenAt: undefined }
}
