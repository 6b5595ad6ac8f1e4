import { approveAgent } from '@elves/core/command-api/approve-agent.ts'
import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { revokeAgent } from '@elves/core/command-api/revoke-agent.ts'
import { setAgentLabels } from '@elves/core/command-api/set-agent-labels.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type AgentView, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { largestPageBytes } from '@elves/core/read-models/paging/page.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import type { RequestContext } from '../graphql/context.ts'
import { parsedLabels } from './labels.ts'
import type { AgentParent } from './parents.ts'

export const agentMutations = {
  removeAgent: async (_root, { input }, context) => payload(await context.services.commands.call(removeAgent, context.caller, input), context),
  approveAgent: async (_root, { input }, context) => payload(await context.services.commands.call(approveAgent, context.caller, input), context),
  revokeAgent: async (_root, { input }, context) => payload(await context.services.commands.call(revokeAgent, context.caller, input), context),
  setAgentLabels: async (_root, { input }, context) => {
    const labels = parsedLabels(input.labels)
    return payload(await context.services.commands.call(setAgentLabels, context.caller, { ...input, labels }), context)
  },
} satisfies MutationResolvers

export const commandsOfAgents: readonly AnyCommand[] = [removeAgent, approveAgent, revokeAgent, setAgentLabels]

async function payload({ agentId, events, position, refusal }: CommandAnswer<'agent'>, { services }: RequestContext) {
  if (refusal) return { agent: null, position, refusal }
  // Who may change an agent need not see it: the answer shows what he changed.
  const known = (await services.access.unfiltered.agentsById([agentId], largestPageBytes)).get(agentId)
  // It is done even if its row can't be read.
  return { agent: agentAfter(agentId, known && !(known instanceof ElvesError) ? known : null, events), position, refusal }
}

/** The agent as the read models have it, with the events applied that they may not have yet. */
function agentAfter(agentId: string, known: AgentView | null, events: readonly RecordedEvent[]): AgentParent {
  let view = known
  for (const event of events.filter(isAnyAgentEvent)) view = evolveAgentView(view, agentId, event)
  return { view: view as AgentView, lastSeenAt: undefined }
}
