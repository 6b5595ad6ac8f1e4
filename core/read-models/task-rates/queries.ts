import type pg from 'pg'
import type { TaskStateName } from '../tasks/task-view.ts'
import { quantileMs } from './durations.ts'
import { hourMs, minuteMs } from './told.ts'

export interface MinuteView {
  /** The begin of the minute; ms since the epoch. */
  readonly at: number
  readonly requested: number
  /** Tasks that ended in it, by how; without those that are none. */
  readonly ended: readonly { readonly state: TaskStateName; readonly count: number }[]
}

/** Returns the minutes from one on in which something happened, the oldest first. */
export async function readMinutes(pool: pg.Pool, schema: string, fromMs: number): Promise<readonly MinuteView[]> {
  const text = `select minute, state, tasks from ${schema}.task_minutes where minute >= $1 order by minute, state`
  const { rows } = await pool.query<{ minute: string; state: TaskStateName; tasks: string }>(text, [Math.floor(fromMs / minuteMs)])
  return [...Map.groupBy(rows, ({ minute }) => minute)].map(([minute, states]) => {
    const counts = states.map(({ state, tasks }) => ({ state, count: Number(tasks) }))
    return {
      at: Number(minute) * minuteMs,
      requested: counts.find(({ state }) => state === 'REQUESTED')?.count ?? 0,
      ended: counts.filter(({ state }) => state !== 'REQUESTED'),
    }
  })
}

export interface AppDurationView {
  readonly app: string
  readonly runs: number
  readonly failed: number
  readonly meanMs: number
  /** 95 % of the runs took at most as long. */
  readonly p95Ms: number
  readonly longestMs: number
}

/** Returns how long the runs of each app took, from the hour of an instant on; those first whose runs took longest, on average. */
export async function readDurations(pool: pg.Pool, schema: string, fromMs: number, most: number): Promise<readonly AppDurationView[]> {
  const from = Math.floor(fromMs / hourMs)
  const text = `with slowest as (
      select app from ${schema}.task_durations where hour >= $1 group by app order by sum(total_ms) / sum(runs) desc, app limit $2)
    select app, up_to_ms, sum(runs) as runs, sum(failed) as failed, sum(total_ms) as total_ms, max(longest_ms) as longest_ms
      from ${schema}.task_durations where hour >= $1 and app in (select app from slowest) group by app, up_to_ms`
  const { rows } = await pool.query<Record<'app' | 'up_to_ms' | 'runs' | 'failed' | 'total_ms' | 'longest_ms', string>>(text, [from, most])
  const views = [...Map.groupBy(rows, ({ app }) => app)].map(([app, ranges]) => {
    const sum = (name: 'runs' | 'failed' | 'total_ms') => ranges.reduce((all, range) => all + Number(range[name]), 0)
    const longestMs = Math.max(...ranges.map(({ longest_ms }) => Number(longest_ms)))
    const [runs, failed] = [sum('runs'), sum('failed')]
    const byRange = ranges.map(({ up_to_ms, runs: inRange }) => ({ upToMs: Number(up_to_ms), runs: Number(inRange) }))
    return { app, runs, failed, meanMs: sum('total_ms') / runs, p95Ms: quantileMs(byRange, 0.95, longestMs), longestMs }
  })
  return views.toSorted((one, other) => other.meanMs - one.meanMs || (one.app < other.app ? -1 : 1))
}

export interface NewFailureView {
  readonly app: string
  readonly code: string
  /** When it began; ms since the epoch. */
  readonly since: number
  readonly lastAt: number
  readonly tasks: number
  readonly lastTask: string
}

/** Returns the failures that began at an instant or later, the last to begin first. */
export async function readNewFailures(pool: pg.Pool, schema: string, fromMs: number, most: number): Promise<readonly NewFailureView[]> {
  const text = `select app, code, since_at, last_at, tasks, last_task from ${schema}.task_failures where since_at >= $1
    order by since_at desc, id limit $2`
  const { rows } = await pool.query<Record<'app' | 'code' | 'since_at' | 'last_at' | 'tasks' | 'last_task', string>>(text, [fromMs, most])
  return rows.map(({ app, code, since_at, last_at, tasks, last_task }) => {
    return { app, code, since: Number(since_at), lastAt: Number(last_at), tasks: Number(tasks), lastTask: last_task }
  })
}
