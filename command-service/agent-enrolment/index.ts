import { approveAgent } from '@elves/core/command-api/approve-agent.ts'
import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import { revokeAgent } from '@elves/core/command-api/revoke-agent.ts'
import { setAgentLabels } from '@elves/core/command-api/set-agent-labels.ts'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import type { EnrolmentCommand } from '@elves/core/domain/agent/enrolment.ts'
import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

type Answer = CommandAnswer<'agent'>
const refused = refusedAs('agent')

/** What people decide about agents that have enrolled. */
export const agentEnrolmentWriteFeature: WriteFeature = ({ store, agents, access }) => {
  const { aggregates, directory, liveness } = agents

  /** The answer has the last event of the agent's stream that the command is about. */
  async function handle(caller: Caller, agent: string, commandOf: (agentId: string) => EnrolmentCommand): Promise<Answer> {
    const known = await directory.find(agent, { isFresh: true, isRemovedToo: true })
    if (!known) return refused(rejection('AGENT_UNKNOWN', `no agent has the id or ip ${agent.slice(0, 64)}`, 'agent'))
    const { agentId } = known
    const stream = agentStream(agentId)
    const command = commandOf(agentId)
    const { rejection: no } = await aggregates.handle({ aggregate: agentAggregate, stream, commands: [command], context: contextOf(caller) })
    if (no) return refused(no)
    const events = (await store.readStream(stream)).filter(({ event }) => decided.has(event.type))
    const position = events.at(-1)?.position ?? (await store.head())
    return { agentId, events, position, refusal: null }
  }

  async function revoke(caller: Caller, agent: string, reason: string | null, idempotencyKey: string | null): Promise<Answer> {
    const answer = await handle(caller, agent, (agentId) => ({ type: 'RevokeAgent', agentId, reason, idempotencyKey }))
    if (answer.refusal) return answer
    const { agentId } = answer
    // The event has cut the link where it is. This says so; where it fails, the agent counts as lost a little later.
    const commands = [{ type: 'Disconnect', agentId, reason: 'REVOKED' }] as const
    const { recorded } = await aggregates.handle({
      aggregate: agentLinkAggregate,
      stream: agentLinkStream(agentId),
      commands,
      context: contextOf(caller),
    })
    // A link by Kafka is known by its session: from now on the center does not count it any more.
    const sessionId = (await liveness.sessionsOf([agentId])).get(agentId)
    if (sessionId !== undefined) await liveness.disconnected([{ agentId, sessionId }])
    const last = recorded.at(-1)
    if (!answer.position) throw new ElvesError('INTERNAL', 'a revoked agent has no event of that', { facts: { agentId } })
    return { ...answer, events: [...answer.events, ...recorded], position: last?.position ?? answer.position }
  }

  return {
    commands: [
      handles(approveAgent, (caller, { agent }) => handle(caller, agent, (agentId) => ({ type: 'ApproveAgent', agentId }))),
      handles(revokeAgent, (caller, { agent, reason, idempotencyKey }) => revoke(caller, agent, reason, idempotencyKey)),
      handles(setAgentLabels, async (caller, { agent, labels }) => {
        const no = await access.refusalOfLabels(caller, setAgentLabels.name, agent, labels)
        return no ? refused(no) : handle(caller, agent, (agentId) => ({ type: 'SetLabels', agentId, labels }))
      }),
    ],
  }
}

const decided: ReadonlySet<string> = new Set(['AgentEnrolled', 'AgentApproved', 'AgentRevoked', 'AgentLabelsSet'])
