import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { retrying, within } from '@elves/core/foundation/waiting.ts'
import type { AttemptRow, OpenAttempts } from '../open-attempts/open-attempts.ts'
import { instructionsFor } from './instructions.ts'
import { systemContext } from './system-context.ts'
import type { TaskDecisions } from './task-decisions.ts'
import type { TaskReports } from './task-reports.ts'

export interface ReconcileOptions {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly attempts: OpenAttempts
  /** Resolves when the table of open attempts has all that is in the log as of now, however long that takes. */
  readonly caughtUp: () => Promise<void>
  readonly logger: Logger
  /** How long a hello waits for the table; default 2 s. */
  readonly patienceMs?: number
}

const agentsPerLook = 1000
/** Attempts of one agent that are in memory at once, with their histories. */
const attemptsPerLook = 100
/** Bytes of instructions that answer a hello at once. More would only wait in the socket, and a link with too much waiting is cut. */
const toldBytesMost = 1024 * 1024
const defaultPatienceMs = 2_000
const retries = { firstMs: 500, longestMs: 10_000 }

/** What to do with an open attempt, given the journal of the agent that came back. */
type Verdict = 'SEND' | 'LEAVE' | { readonly lostBecause: string }

/** What an agent's journal had open at its hello. */
interface ToldJournal {
  readonly journalId: string
  readonly known: ReadonlySet<string>
}

/** A hello whose journal is held against the log later. */
interface LaterJournal extends ToldJournal {
  /** The end of the log at the hello: of what came after it the journal can know nothing. */
  readonly asOf: Position
}

/**
 * Compares the attempts that the center has open with those in the agent's journal, as `TaskReports.reconcile` says. While the table of
 * open attempts is being made from a long log, no hello waits for it: the agent is sent nothing again, and what its journal ought to
 * know is decided when the table is there. What it lacks is sent again then, like all that nobody acknowledges.
 */
export function reconciliation(options: ReconcileOptions): TaskReports['reconcile'] {
  const { store, decisions, attempts, caughtUp, logger, patienceMs = defaultPatienceMs } = options
  const later = new Map<string, LaterJournal>()

  /** Returns null if the table is not there soon. */
  async function rowsNow(agentIds: readonly string[]): Promise<ReadonlyMap<string, readonly AttemptRow[]> | null> {
    const isThere = caughtUp().then(() => true)
    if (!(await within(patienceMs, isThere, false))) return null
    return Map.groupBy(await attempts.ofAgents(agentIds), ({ agentId }) => agentId)
  }

  // A whole fleet comes back at once after a restart: one look at the log and the table serves many hellos.
  const rowsOf = batched<string, readonly AttemptRow[] | null>({
    maxBatch: agentsPerLook,
    keysOf: () => [],
    run: async (agentIds) => {
      const rows = later.size > 0 ? null : await rowsNow(agentIds)
      return agentIds.map((agentId) => rows && (rows.get(agentId) ?? []))
    },
  })

  const headNow = batched<undefined, Position>({
    maxBatch: agentsPerLook,
    keysOf: () => [],
    run: async (asking) => {
      const head = await store.head()
      return asking.map(() => head)
    },
  })

  /** Calls lost what the journal ought to know; returns the instructions to send again. */
  async function judge(agentId: string, journal: ToldJournal | LaterJournal, rows: readonly AttemptRow[]): Promise<Uint8Array[]> {
    const histories = await store.readStreams(rows.map(({ taskId }) => taskStream(taskId)))
    const judged = rows.map((row, index) => {
      const events = histories[index] ?? []
      const asThen = 'asOf' in journal ? rowAsOf(row, events, journal.asOf) : row
      return { row, events, verdict: asThen ? verdictOf(asThen, journal) : ('LEAVE' as const) }
    })
    const lost = judged.flatMap(({ row, events, verdict }) => (typeof verdict === 'object' ? [loss(row, events, verdict.lostBecause)] : []))
    if (lost.length > 0) {
      logger.warn({ agentId, journalId: journal.journalId, lost: lost.length }, 'the journal of the agent does not know all that it should')
      await decisions.handleMany(lost)
    }
    return judged.flatMap(({ row, events, verdict }) => (verdict === 'SEND' ? instructionsFor(row, events) : []))
  }

  async function judgeLater(): Promise<void> {
    logger.info('agents connect while the table of open attempts is being made; their journals are held against it then')
    try {
      while (later.size > 0) {
        // What came after this has its own position, which the table may not have reached.
        const all = [...later]
        await retrying(caughtUp, { ...retries, isPassing })
        for (const some of chunks(all, agentsPerLook)) await judgeSome(some)
      }
    } catch (error) {
      later.clear()
      if (asElvesError(error).code !== 'SHUTTING_DOWN') logger.error({ err: error }, 'journals could not be held against the table of open attempts')
    }
  }

  /** What is wrong with one agent's tasks keeps no other agent's from being told lost. */
  function notJudged(error: unknown, agentId: string): void {
    if (asElvesError(error).code === 'SHUTTING_DOWN') throw error
    logger.error({ err: error, agentId }, 'the journal of the agent could not be held against the table of open attempts')
  }

  /** One look at the table for all of them: most of a fleet that comes back has nothing open. */
  async function judgeSome(some: readonly (readonly [agentId: string, journal: LaterJournal])[]): Promise<void> {
    const ids = some.map(([agentId]) => agentId)
    const rows = Map.groupBy(await retrying(() => attempts.ofAgents(ids), { ...retries, isPassing }), ({ agentId }) => agentId)
    for (const [agentId, journal] of some) {
      const open = (rows.get(agentId) ?? []).filter((row) => verdictOf(row, journal) !== 'LEAVE')
      await retrying(() => judgeAll(agentId, journal, open), { ...retries, isPassing }).catch((error: unknown) => notJudged(error, agentId))
      if (later.get(agentId) === journal) later.delete(agentId)
    }
  }

  async function judgeAll(agentId: string, journal: LaterJournal, rows: readonly AttemptRow[]): Promise<void> {
    for (const some of chunks(rows, attemptsPerLook)) await judge(agentId, journal, some)
  }

  return async (agentId, journalId, openAttempts) => {
    const journal = { journalId, known: new Set(openAttempts.map(({ taskId, attempt }) => `${taskId}/${attempt}`)) }
    const there = await rowsOf(agentId)
    if (there === null) {
      const asOf = await headNow(undefined)
      const isFirst = later.size === 0
      later.set(agentId, { ...journal, asOf })
      if (isFirst) void judgeLater()
      return []
    }
    const rows = there.filter((row) => verdictOf(row, journal) !== 'LEAVE')
    const told: Uint8Array[] = []
    let toldBytes = 0
    for (const some of chunks(rows, attemptsPerLook)) {
      for (const instruction of await judge(agentId, journal, some)) {
        // The rest is sent again like everything unacknowledged, as fast as the agent takes it.
        if (toldBytes > toldBytesMost) continue
        told.push(instruction)
        toldBytes += instruction.length
      }
    }
    return told
  }
}

function isPassing(error: unknown): boolean {
  const { code, canRetry } = asElvesError(error)
  return canRetry && code !== 'SHUTTING_DOWN'
}

/** Returns the attempt as it was at a position; null if it was not dispatched yet, or its task has another one by now. */
function rowAsOf(row: AttemptRow, events: readonly RecordedEvent[], asOf: Position): AttemptRow | null {
  const until = events.filter(({ position }) => position <= asOf)
  const isOfAttempt = ({ event }: RecordedEvent) => (event.data as { readonly attempt?: number }).attempt === row.attempt
  if (!until.some((recorded) => recorded.event.type === 'TaskDispatched' && isOfAttempt(recorded))) return null
  const isAcknowledged = until.some(
    (recorded) => (recorded.event.type === 'TaskAcknowledged' || recorded.event.type === 'TaskStarted') && isOfAttempt(recorded),
  )
  return { ...row, isAcknowledged }
}

function verdictOf(row: AttemptRow, { journalId, known }: ToldJournal): Verdict {
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
