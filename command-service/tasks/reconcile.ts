import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AttemptRow, OpenAttempts } from '../open-attempts/open-attempts.ts'
import { instructionsFor } from './instructions.ts'
import { systemContext } from './system-context.ts'
import type { TaskDecisions } from './task-decisions.ts'
import type { TaskReports } from './task-reports.ts'

export interface ReconcileOptions {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly attempts: OpenAttempts
  /** Resolves when the table of open attempts has all that is in the log as of now. */
  readonly caughtUp: () => Promise<void>
  readonly logger: Logger
}

const agentsPerLook = 1000
/** Attempts of one agent that are in memory at once, with their histories. */
const attemptsPerLook = 100
/** Bytes of instructions that answer a hello at once. More would only wait in the socket, and a link with too much waiting is cut. */
const toldBytesMost = 1024 * 1024

/** What to do with an open attempt, given the journal of the agent that came back. */
type Verdict = 'SEND' | 'LEAVE' | { readonly lostBecause: string }

/** Compares the attempts that the center has open with those in the agent's journal, as `TaskReports.reconcile` says. */
export function reconciliation(options: ReconcileOptions): TaskReports['reconcile'] {
  const { store, decisions, attempts, caughtUp, logger } = options
  // A whole fleet comes back at once after a restart: one look at the log and the table serves many hellos.
  const rowsOf = batched<string, readonly AttemptRow[]>({
    maxBatch: agentsPerLook,
    keysOf: () => [],
    run: async (agentIds) => {
      await caughtUp()
      const byAgent = Map.groupBy(await attempts.ofAgents(agentIds), ({ agentId }) => agentId)
      return agentIds.map((agentId) => byAgent.get(agentId) ?? [])
    },
  })

  /** Calls lost what the journal ought to know; returns the instructions to send again. */
  async function judge(agentId: string, journalId: string, known: ReadonlySet<string>, rows: readonly AttemptRow[]): Promise<Uint8Array[]> {
    const histories = await store.readStreams(rows.map(({ taskId }) => taskStream(taskId)))
    const judged = rows.map((row, index) => ({ row, events: histories[index] ?? [], verdict: verdictOf(row, journalId, known) }))
    const lost = judged.flatMap(({ row, events, verdict }) => (typeof verdict === 'object' ? [loss(row, events, verdict.lostBecause)] : []))
    if (lost.length > 0) {
      logger.warn({ agentId, journalId, lost: lost.length }, 'the journal of the agent does not know all that it should')
      await decisions.handleMany(lost)
    }
    return judged.flatMap(({ row, events, verdict }) => (verdict === 'SEND' ? instructionsFor(row, events) : []))
  }

  return async (agentId, journalId, openAttempts) => {
    const known = new Set(openAttempts.map(({ taskId, attempt }) => `${taskId}/${attempt}`))
    const rows = (await rowsOf(agentId)).filter((row) => verdictOf(row, journalId, known) !== 'LEAVE')
    const told: Uint8Array[] = []
    let toldBytes = 0
    for (let from = 0; from < rows.length; from += attemptsPerLook) {
      for (const instruction of await judge(agentId, journalId, known, rows.slice(from, from + attemptsPerLook))) {
        // The rest is sent again like everything unacknowledged, as fast as the agent takes it.
        if (toldBytes > toldBytesMost) continue
        told.push(instruction)
        toldBytes += instruction.length
      }
    }
    return told
  }
}

function verdictOf(row: AttemptRow, journalId: string, known: ReadonlySet<string>): Verdict {
  const isKnown = known.has(`${row.taskId}/${row.attempt}`)
  if (isKnown) return row.isCancelRequested ? 'SEND' : 'LEAVE'
  // It may have run under the journal that is gone; nothing can tell any more.
  if (row.journalId !== journalId) return { lostBecause: 'the agent came back with another journal than the one that the task was sent to' }
  if (row.isAcknowledged) return { lostBecause: 'the journal of the agent knows nothing of a task that it had acknowledged' }
  // The agent would only refuse an expired attempt; its deadline settles it.
  return row.isExpired && !row.isCancelRequested ? 'LEAVE' : 'SEND'
}

function loss({ taskId, attempt }: AttemptRow, events: readonly RecordedEvent[], why: string) {
  return {
    stream: taskStream(taskId),
    commands: [{ type: 'LoseTask' as const, attempt, why, now: Date.now() }],
    context: systemContext('reconciliation', events),
  }
}
