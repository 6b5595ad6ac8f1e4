import { agentCronTaskId } from '@elves/core/foundation/ids.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { cronRunStartMs } from '@elves/schemas/link/protocol.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import type { CronRun, Journal } from '../journal/journal.ts'
import type { CronCall, CronEntry } from './cron-file.ts'

export interface AgentCronsOptions {
  readonly agentId: string
  readonly journal: Pick<Journal, 'journalId' | 'hasLived'>
  readonly fire: (task: RunTask, cron: CronRun) => void
  readonly logger: Logger
  /** The clock of this host; ms since the epoch. */
  readonly wallMs?: () => number
}

export interface RunningCrons extends Running {
  /** Runs these from now on; instants that are over do not fire. */
  take(entries: readonly CronEntry[]): void
  /** Fires what is due. It does so by itself; a test calls it after it has set the clock. */
  look(): void
}

interface Planned {
  readonly id: string
  readonly call: CronCall
  /** Null: it never fires again. */
  next: number | null
}

/** It looks at the clock at least so often: a clock that is set, or a host that slept, rings no timer. */
const lookMs = 1_000
/** A clock that goes back by less is waited for; by more, it was set. */
const smallStepMs = 5_000

/**
 * Fires the agent's own crons by the clock of this host. Each instant fires at most once: those that this or an earlier process has
 * dealt with are in the journal. An instant that is found due later than a run may wait (the host slept, its clock was set on) does
 * not fire.
 */
export function agentCrons({ agentId, journal, fire, logger, wallMs = Date.now }: AgentCronsOptions): RunningCrons {
  let planned: Planned[] = []
  /** All instants up to this one are dealt with. */
  let cursor = wallMs()
  /** All instants from this one up to the cursor are dealt with. */
  let since = cursor
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function take(entries: readonly CronEntry[]): void {
    look()
    planned = entries.flatMap(({ told, call }) => (call ? [{ id: told.id, call, next: call.rule.next(cursor) }] : []))
    arm()
  }

  function look(): void {
    const now = wallMs()
    if (now < cursor - smallStepMs) setBack(now)
    if (now <= cursor) return
    // What is not made up was not dealt with: the clock may have been wrong, and come to these instants yet.
    if (cursor < now - cronRunStartMs - 1) since = now - cronRunStartMs - 1
    const due: { readonly at: number; readonly cron: Planned }[] = []
    for (const cron of planned) for (const at of dueOf(cron, now)) due.push({ at, cron })
    cursor = now
    for (const { at, cron } of due.sort((one, other) => one.at - other.at)) fireAt(at, cron)
  }

  /** Returns the instants of a cron that fire now, and moves on to its next one. */
  function dueOf(cron: Planned, now: number): number[] {
    const earliest = now - cronRunStartMs
    if (cron.next !== null && cron.next < earliest) {
      logger.warn({ cron: cron.id, from: new Date(cron.next), to: new Date(earliest) }, 'the instants of a cron in this time are not made up')
      cron.next = cron.call.rule.next(earliest - 1)
    }
    const due: number[] = []
    for (; cron.next !== null && cron.next <= now; cron.next = cron.call.rule.next(cron.next)) if (!journal.hasLived(cron.next)) due.push(cron.next)
    return due
  }

  /** Instants that come again do not fire again. */
  function setBack(now: number): void {
    logger.warn({ byMs: cursor - now }, 'the clock of this host was set back: instants of own crons that fired do not fire again')
    cursor = now
    since = now
    for (const cron of planned) cron.next = cron.call.rule.next(now)
  }

  function fireAt(fireAt: number, { id, call }: Planned): void {
    const taskId = agentCronTaskId(agentId, id, fireAt)
    const { app, func, param, proxy, processor, timeoutMs } = call
    const what = { app, func, param: param === null ? null : inlineValue(param), proxy, processor, timeoutMs }
    const task = { taskId, attempt: 1, journalId: journal.journalId, kind: 'AGENT_CRON', ...what } as const
    fire({ ...task, notAfter: fireAt + cronRunStartMs, correlationId: taskId, metadata: {}, retriedOn: [], ...noSecrets }, { id, fireAt, since })
  }

  function arm(): void {
    clearTimeout(timer)
    if (isStopped || planned.length === 0) return
    const next = planned.reduce((first, cron) => Math.min(first, cron.next ?? first), Number.POSITIVE_INFINITY)
    const delayMs = Math.min(Math.max(next - wallMs(), 1), lookMs)
    timer = setTimeout(() => {
      look()
      arm()
    }, delayMs)
  }

  return {
    take,
    look,
    async stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
