import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import type { RemoveAgentRequest } from '@elves/core/command-api/remove-agent.ts'
import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AgentDirectory } from '../agents/agent-directory.ts'
import type { AgentLiveness } from '../agents/agent-liveness.ts'
import { refusedAs } from '../command-answers.ts'
import type { OpenAttempts } from '../open-attempts/open-attempts.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions } from '../tasks/task-decisions.ts'

export interface AgentRemovalOptions {
  readonly store: EventStore
  readonly aggregates: Aggregates
  readonly directory: AgentDirectory
  readonly liveness: Pick<AgentLiveness, 'forget'>
  readonly attempts: Pick<OpenAttempts, 'ofAgents'>
  /** Resolves when the table of open attempts has all that is in the log as of now. */
  readonly caughtUp: () => Promise<void>
  readonly decisions: Pick<TaskDecisions, 'handleMany'>
}

/** Removes an agent that has gone for good. If it rejects half-way, the same request again completes it. */
export type AgentRemoval = (caller: Caller, request: RemoveAgentRequest) => Promise<CommandAnswer<'agent'>>

/**
 * The stream of the agent's link decides whether the agent is connected, so that no hello of that moment is overlooked. After that
 * its open tasks are LOST: for a run without a timeout nothing else would ever say so.
 */
export function agentRemoval(options: AgentRemovalOptions): AgentRemoval {
  const { store, aggregates, directory, liveness } = options

  return async (caller, { agent, reason, idempotencyKey }) => {
    const known = await directory.find(agent, { isFresh: true, isRemovedToo: true })
    if (!known) return refusedAs('agent')({ rejected: 'AGENT_UNKNOWN', message: `no agent has the id or ip ${agent.slice(0, 64)}`, field: 'agent' })
    const { agentId } = known
    const stream = agentLinkStream(agentId)
    const command = { type: 'Remove', agentId, reason, idempotencyKey } as const
    const { rejection, state } = await aggregates.handle({ aggregate: agentLinkAggregate, stream, commands: [command], context: contextOf(caller) })
    if (rejection) return refusedAs('agent')(rejection)
    const removed = lastRemoval(await store.readStream(stream))
    // The same request came again, but the agent is back: there is nothing left to do.
    if (state.phase !== 'REMOVED') return { agentId, events: [removed], position: removed.position, refusal: null }
    const position = (await loseOpenTasks(options, agentId, removed)) ?? removed.position
    await liveness.forget(agentId)
    return { agentId, events: [removed], position, refusal: null }
  }
}

/** Calls lost the tasks that were sent before the removal; an agent that is back may have others. Returns the last position that was written. */
async function loseOpenTasks(
  { store, attempts, caughtUp, decisions }: AgentRemovalOptions,
  agentId: string,
  removed: RecordedEvent,
): Promise<Position | null> {
  await caughtUp()
  const rows = await attempts.ofAgents([agentId])
  const histories = await store.readStreams(rows.map(({ taskId }) => taskStream(taskId)))
  const open = rows
    .map((row, index) => ({ ...row, events: histories[index] ?? [] }))
    .filter(({ events }) => events.some(({ event, position }) => event.type === 'TaskDispatched' && position < removed.position))
  if (open.length === 0) return null
  const handled = await decisions.handleMany(
    open.map(({ taskId, attempt, events }) => ({
      stream: taskStream(taskId),
      commands: [{ type: 'LoseTask', attempt, why: 'the agent was removed before it told an outcome', now: Date.now() }],
      context: systemContext('agent removal', events),
    })),
  )
  const written = handled.flatMap(({ recorded }) => recorded.map(({ position }) => position))
  return written.sort().at(-1) ?? null
}

function lastRemoval(events: readonly RecordedEvent[]): RecordedEvent {
  const removed = events.findLast(({ event }) => event.type === 'AgentRemoved')
  if (!removed) throw new ElvesError('INTERNAL', 'an agent that was just removed has no event of that')
  return removed
}
