import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { DueTable } from '@elves/core/eventing/process-managers/due-table.ts'
import { type Duty, fulfil, rowsAtOnce } from '@elves/core/eventing/process-managers/duty.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { AttemptRow, OpenAttempts } from '../open-attempts/open-attempts.ts'
import { instructionsFor } from '../tasks/instructions.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions, TaskHandle } from '../tasks/task-decisions.ts'
import type { TaskMetrics } from '../tasks/task-telling.ts'

export interface DeadlinesOptions {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly attempts: OpenAttempts
  readonly links: Pick<AgentLinks, 'send' | 'isConnected'>
  readonly metrics: TaskMetrics
  readonly logger: Logger
  /** How often to look for what is due; default 1 s. */
  readonly pollMs?: number
  /** How long agents have to be heard again before anything is called lost, after a start, a stall, a step of the clock or a failure of the store. */
  readonly graceMs?: number
}

const name = 'deadlines'
const defaultPollMs = 1000

/**
 * The process manager of deadlines. Calls lost the attempts whose agent said nothing in time, and sends unanswered instructions
 * again. While the center could not listen, silence means nothing, so it first takes what agents have to report. Nor does silence
 * mean anything when the clock has moved otherwise than time did.
 */
export function deadlines(options: DeadlinesOptions, table?: DueTable): ProcessManager {
  const { attempts, pollMs = defaultPollMs, graceMs = 0 } = options
  return {
    name,
    intervalMs: pollMs,
    ...(table && { table }),
    clockMoved: (byMs) => attempts.clockMoved(byMs),
    async act({ clock, listenedMs }) {
      // A table that is being made from a long log still has the attempts that ended later in it.
      if (table?.feeding()?.isMade === false) return false
      const lost = listenedMs >= graceMs ? await loseOverdue(options, clock.ms) : 0
      const resent = await resendUnanswered(options)
      return lost === rowsAtOnce || resent === rowsAtOnce
    },
  }
}

/** Calls lost the attempts that were overdue at an instant of the database's clock; resolves with how many it looked at. */
export function loseOverdue(options: DeadlinesOptions, atMs: number): Promise<number> {
  return fulfil(losing(options, atMs), options.store)
}

/** Sends again the instructions that are due; resolves with how many attempts it looked at. */
export function resendUnanswered(options: DeadlinesOptions): Promise<number> {
  return fulfil(resending(options), options.store)
}

function losing({ decisions, attempts }: DeadlinesOptions, atMs: number): Duty<AttemptRow, TaskHandle> {
  return {
    due: (limit) => attempts.overdue(limit, atMs),
    streamOf: ({ taskId }) => taskStream(taskId),
    decide: ({ taskId, attempt, isStarted }, history) => ({
      stream: taskStream(taskId),
      commands: [{ type: 'LoseTask', attempt, why: whyOverdue(isStarted), unlessStarted: !isStarted, now: Math.round(atMs) }],
      context: systemContext(name, history),
    }),
    act: async (losses) => void (await decisions.handleMany(losses)),
  }
}

function whyOverdue(isStarted: boolean): string {
  return isStarted ? 'no word from the agent by the deadline of the run' : 'no word from the agent by the deadline of the start'
}

/** The instructions to send again for one task. */
interface Resend {
  readonly taskId: string
  readonly agentId: string
  readonly instructions: readonly Uint8Array[]
}

function resending({ attempts, links, metrics, logger }: DeadlinesOptions): Duty<AttemptRow, Resend> {
  return {
    due: (limit) => attempts.claimResends(limit),
    // An agent without a link gets what it lacks at its next hello.
    isActionable: ({ agentId }) => links.isConnected(agentId),
    streamOf: ({ taskId }) => taskStream(taskId),
    decide: (row, history) => ({ taskId: row.taskId, agentId: row.agentId, instructions: instructionsFor(row, history) }),
    async act(resends) {
      let sent = 0
      for (const { taskId, agentId, instructions } of resends) {
        for (const instruction of instructions) if (links.send(agentId, instruction)) sent += 1
        logger.debug({ taskId, agentId, count: instructions.length }, 'sent again')
      }
      metrics.instructionsResent(sent)
    },
  }
}
