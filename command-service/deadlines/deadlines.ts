import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { WallWatch } from '@elves/core/foundation/wall-watch.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { OpenAttempts } from '../open-attempts/open-attempts.ts'
import { instructionsFor } from '../tasks/instructions.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions } from '../tasks/task-decisions.ts'
import type { TaskMetrics } from '../tasks/task-metrics.ts'

export interface DeadlinesOptions {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly attempts: OpenAttempts
  readonly links: Pick<AgentLinks, 'send' | 'isConnected'>
  readonly metrics: TaskMetrics
  readonly logger: Logger
  /** Resolves when the table has all that is in the log as of now; default: it has. */
  readonly caughtUp?: () => Promise<void>
  /** How often the table is asked for what is due; default 1 s. */
  readonly pollMs?: number
  /** How long agents have to be heard again before anything is called lost: after a start, a stall, a step of the clock, and a failure of the store. */
  readonly graceMs?: number
}

const defaultPollMs = 1000
const attemptsPerPoll = 500

/**
 * The process manager of deadlines: calls lost what its agent said nothing of in time, and sends again what nobody
 * answered. The table only says where to look; what is done is decided on the streams. Runs until the signal aborts.
 * A center that could not listen has not heard silence: what agents have for it comes first. And a clock that moved
 * otherwise than time did measures none.
 */
export async function watchDeadlines(options: DeadlinesOptions, signal: AbortSignal): Promise<void> {
  const { attempts, logger, pollMs = defaultPollMs, graceMs = 0 } = options
  const watch = new WallWatch()
  let movedMs = 0
  let listensSinceMs = performance.now()
  let lookedAtMs = listensSinceMs
  while (!signal.aborted) {
    const nowMs = performance.now()
    if (nowMs - lookedAtMs > 3 * pollMs + 1_000) listensSinceMs = nowMs
    lookedAtMs = nowMs
    try {
      const clockMs = await attempts.clock()
      movedMs += watch.look(clockMs, nowMs, performance.now())
      if (movedMs !== 0) {
        logger.warn({ movedMs }, 'the clock of the database was set, or stood: open tasks keep the time that they had left')
        listensSinceMs = performance.now()
        // What was counted on the clock as it was must be in the table first.
        await options.caughtUp?.()
        await attempts.clockMoved(movedMs)
        movedMs = 0
      }
      // By the clock that was looked at, not by what it may be set to meanwhile.
      const lost = nowMs - listensSinceMs >= graceMs ? await loseOverdue(options, clockMs) : 0
      const resent = await resendUnanswered(options)
      if (lost === attemptsPerPoll || resent === attemptsPerPoll) continue
    } catch (error) {
      // The rows stay, a later poll finds them again.
      listensSinceMs = performance.now()
      const { code, message } = asElvesError(error)
      logger.warn({ code, err: error }, `deadlines: ${message}`)
    }
    await pause(pollMs, signal)
  }
}

/** Calls overdue attempts lost; answers how many it looked at. */
export async function loseOverdue({ decisions, attempts, store }: DeadlinesOptions, atMs?: number): Promise<number> {
  const overdue = await attempts.overdue(attemptsPerPoll, atMs ?? (await attempts.clock()))
  if (overdue.length === 0) return 0
  const histories = await store.readStreams(overdue.map(({ taskId }) => taskStream(taskId)))
  await decisions.handleMany(
    overdue.map(({ taskId, attempt, isStarted }, index) => ({
      stream: taskStream(taskId),
      commands: [{ type: 'LoseTask', attempt, why: whyOverdue(isStarted), unlessStarted: !isStarted }],
      context: systemContext('deadlines', histories[index] ?? []),
    })),
  )
  return overdue.length
}

function whyOverdue(isStarted: boolean): string {
  return isStarted ? 'no word from the agent by the deadline of the run' : 'no word from the agent by the deadline of the start'
}

/** Sends again what is due to be; answers how many it looked at. */
export async function resendUnanswered({ attempts, store, links, metrics, logger }: DeadlinesOptions): Promise<number> {
  const due = await attempts.claimResends(attemptsPerPoll)
  // An agent without a link gets what it lacks at its next hello.
  const areConnected = await Promise.all(due.map(({ agentId }) => links.isConnected(agentId)))
  const reachable = due.filter((_, index) => areConnected[index])
  if (reachable.length === 0) return due.length
  const histories = await store.readStreams(reachable.map(({ taskId }) => taskStream(taskId)))
  let sent = 0
  for (const [index, row] of reachable.entries()) {
    const instructions = instructionsFor(row, histories[index] ?? [])
    for (const instruction of instructions) if (links.send(row.agentId, instruction)) sent += 1
    logger.debug({ taskId: row.taskId, agentId: row.agentId, count: instructions.length }, 'sent again')
  }
  metrics.instructionsResent(sent)
  return due.length
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
