import { agentAggregates } from '@elves/core/domain/agent-events.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { jsonBytes, plainBytes } from '../read-side/sizes.ts'
import { followed } from '../subscriptions/followed.ts'
import { agentBefore } from './past-agent.ts'

/** When an alias moves, two agents change at one position. */
export const agentChanges = followed({
  name: 'agent',
  of: agentAggregates,
  idsOf: agentsOf,
  evolve: (view: AgentView | null, id, recorded) => evolveAgentView(view, id, recorded),
  before: (streams, id, { position }) => agentBefore(streams, id, position),
  bytesOf: ({ facts, enrolment }) => plainBytes + jsonBytes([facts, enrolment]),
  ipsOf: ({ before, after }) => (before ? [before.ip, after.ip] : [after.ip]),
})
