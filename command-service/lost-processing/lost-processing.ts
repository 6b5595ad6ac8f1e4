import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { WakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions } from '../tasks/task-decisions.ts'
import type { OpenProcessing, OpenProcessings } from './processing-table.ts'

export interface LostProcessingOptions {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly decisions: Pick<TaskDecisions, 'handleMany'>
  /** Decides about agents and their links. */
  readonly aggregates: Aggregates
  readonly open: OpenProcessings
  /** Resolves when the table has all that is in the log as of now. */
  readonly caughtUp: () => Promise<void>
  readonly news: AgentNews
  readonly wakeUp: WakeUpCall
  readonly logger: Logger
}

const name = 'lost-processing'
/** How often it looks at all agents: a report that was under way when its agent was removed may have begun a processing since. */
const intervalMs = 60_000
const rowsAtOnce = 500

/** Why nobody will tell what became of a result. `journalId`: that of the agent now; null: no report of the agent will come. */
interface Loss {
  readonly journalId: string | null
  readonly why: string
}

/**
 * The process manager of results that agents hand to processors. Where the journal with the result is gone, or its agent was removed
 * or revoked, no report will ever end the processing: this ends it, and says that the outcome is unknown.
 */
export function lostProcessing(options: LostProcessingOptions): ProcessManager {
  const { open, caughtUp, news, wakeUp, logger } = options
  /** When it last looked at all agents, on the monotonic clock. */
  let allAt = Number.NEGATIVE_INFINITY

  async function act(): Promise<boolean> {
    try {
      const told = news.take()
      if (told !== 'ALL' && performance.now() - allAt < intervalMs) return await look(told)
      const now = performance.now()
      const isMore = await look('ALL')
      allAt = now
      return isMore
    } catch (error) {
      // What was told is taken, so only a look at all finds it now.
      allAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  async function look(agentIds: readonly string[] | 'ALL'): Promise<boolean> {
    if (agentIds.length === 0) return false
    await caughtUp()
    for (let after = ''; ; ) {
      const rows = await open.ofAgents(agentIds, after, rowsAtOnce)
      await forReadable(rows, async (some) => {
        const lost = await lostOf(options, some)
        if (lost.length > 0) await giveUp(options, lost)
        for (const { row, loss } of lost)
          logger.warn({ taskId: row.taskId, agentId: row.agentId, why: loss.why }, 'what became of a result is unknown')
      })
      after = rows.at(-1)?.taskId ?? ''
      if (rows.length < rowsAtOnce) return false
    }
  }

  return { name, intervalMs, wakeUp, clockMoved: async () => undefined, act }
}

interface LostRow {
  readonly row: OpenProcessing
  readonly loss: Loss
}

async function lostOf({ aggregates }: LostProcessingOptions, rows: readonly OpenProcessing[]): Promise<readonly LostRow[]> {
  const suspects = await judged(aggregates, rows)
  if (suspects.length === 0) return []
  // Another instance may have connected the agent after what is in memory here, and the result may be of that journal.
  await aggregates.refresh(suspects.map(({ row }) => agentLinkStream(row.agentId)))
  return judged(
    aggregates,
    suspects.map(({ row }) => row),
  )
}

async function judged(aggregates: Aggregates, rows: readonly OpenProcessing[]): Promise<readonly LostRow[]> {
  const links = await aggregates.loadMany(
    agentLinkAggregate,
    rows.map(({ agentId }) => agentLinkStream(agentId)),
  )
  const agents = await aggregates.loadMany(
    agentAggregate,
    rows.map(({ agentId }) => agentStream(agentId)),
  )
  return rows.flatMap((row, index) => {
    const { phase, journalId } = links[index]?.state ?? agentLinkAggregate.decider.initialState
    const loss = lossOf(row, phase === 'REMOVED', agents[index]?.state.enrolment.phase === 'REVOKED', journalId)
    return loss ? [{ row, loss }] : []
  })
}

function lossOf(row: OpenProcessing, isRemoved: boolean, isRevoked: boolean, journalId: string | null): Loss | null {
  if (isRemoved) return { journalId: null, why: 'the agent was removed before it told what became of the result' }
  if (isRevoked) return { journalId: null, why: 'the agent was revoked before it told what became of the result' }
  if (journalId === null || row.journalId === '' || journalId === row.journalId) return null
  return { journalId, why: 'the agent came back without the journal that had the result' }
}

async function giveUp({ store, decisions }: LostProcessingOptions, lost: readonly LostRow[]): Promise<void> {
  const histories = await store.readStreams(lost.map(({ row }) => taskStream(row.taskId)))
  await decisions.handleMany(
    lost.map(({ row: { taskId, attempt }, loss }, index) => ({
      stream: taskStream(taskId),
      commands: [{ type: 'LoseProcessing', attempt, ...loss, now: Date.now() }],
      context: systemContext(name, histories[index] ?? []),
    })),
  )
}

/** The agents of which the log told something that may have ended their processing, gathered until somebody looks. */
export interface AgentNews {
  /** Takes events of the log. Returns true if they concern an agent's journal, or end an agent. */
  observe(events: readonly RecordedEvent[]): boolean
  /** Returns the agents since the last call; all of them where they were too many to gather. */
  take(): readonly string[] | 'ALL'
}

/** Beyond this, all agents are looked at. An instance that does not look gathers no more than this. */
const mostAgents = 10_000

export function agentNews(limit = mostAgents): AgentNews {
  let agentIds = new Set<string>()
  let areTooMany = false
  return {
    observe(events) {
      let areConcerned = false
      for (const { event } of events) {
        if (!isNews(event.type) || !('agentId' in event.data) || event.data.agentId === null) continue
        areConcerned = true
        if (agentIds.size < limit) agentIds.add(event.data.agentId)
        else areTooMany = true
      }
      return areConcerned
    },
    take() {
      const taken = areTooMany ? ('ALL' as const) : [...agentIds]
      agentIds = new Set()
      areTooMany = false
      return taken
    },
  }
}

function isNews(type: RecordedEvent['event']['type']): boolean {
  return type === 'AgentConnected' || type === 'AgentRecovered' || type === 'AgentRemoved' || type === 'AgentRevoked'
}
