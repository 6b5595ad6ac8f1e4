import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { ScheduleSettings } from '@elves/core/domain/schedule/settings.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { idsSetApart, isNotSetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'
import { changesPeriods, foldPeriod, nextOf, type Period, scheduleIdOf } from './periods.ts'

/** A period with its first instant that is not settled. */
export interface DuePeriod extends Period {
  readonly next: number
}

export interface SchedulePeriods {
  /** Returns periods whose next instant is not after `atMs`, the earliest first, without the given schedules. `hasMore`: there may be more. */
  due(atMs: number, without: readonly string[], limit: number): Promise<{ readonly periods: readonly DuePeriod[]; readonly hasMore: boolean }>
  /** Returns the next instant of all periods, without the given schedules; null if there is none. */
  next(without: readonly string[]): Promise<number | null>
  /** Returns the ids of tasks that are set apart: whether they are of a fire is not known. */
  unreadableTasks(): Promise<ReadonlySet<string>>
  /** Returns running schedules that have no further instant. */
  over(limit: number): Promise<readonly string[]>
}

interface Row {
  readonly schedule_id: string
  readonly version: number
  readonly state: Period['state']
  readonly settings: string
  readonly since: string
  readonly until: string | null
  readonly settled: string
  readonly next_at: string | null
  readonly last_task_id: string | null
  readonly made_by: string | null
}

/** About so many characters of settings are read at once: a parameter may have 64 KiB. */
const settingsAtOnce = 16 * 1024 * 1024

const columns = 'schedule_id, version, state, settings, since, until, settled, next_at, last_task_id, made_by'

/** How the log changes the table. It is fed together with the open attempts: one reader of the log serves all. */
export function periodsFeed(schema: string): FedBeside {
  return { wants: changesPeriods, apply: (client, events) => applyToPeriods(client, `${schema}.schedule_periods`, events) }
}

async function applyToPeriods(client: pg.ClientBase, table: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.flatMap((event) => {
    const scheduleId = scheduleIdOf(event)
    return scheduleId === null ? [] : [{ event, scheduleId }]
  })
  if (own.length === 0) return
  const ids = [...new Set(own.map(({ scheduleId }) => scheduleId))]
  const { rows } = await client.query<Row>(`select ${columns} from ${table} where schedule_id = any($1::text[])`, [ids])
  const before = Map.groupBy(rows.map(periodOf), ({ scheduleId }) => scheduleId)
  const after = new Map<string, readonly Period[]>(before)
  for (const { event, scheduleId } of own) after.set(scheduleId, foldPeriod(after.get(scheduleId) ?? [], scheduleId, event))
  const changed = ids.filter((id) => after.get(id) !== before.get(id))
  await remove(client, table, changed, before, after)
  const periods = changed.flatMap((id) => after.get(id) ?? [])
  await write(client, table, periods, before)
}

type ById = ReadonlyMap<string, readonly Period[]>

async function remove(client: pg.ClientBase, table: string, ids: readonly string[], before: ById, after: ById): Promise<void> {
  const gone = ids.flatMap((id) => {
    const kept = new Set(after.get(id)?.map(({ version }) => version))
    return (before.get(id) ?? []).filter(({ version }) => !kept.has(version))
  })
  if (gone.length === 0) return
  const text = `delete from ${table} using unnest($1::text[], $2::int[]) as gone (id, version) where schedule_id = gone.id and ${table}.version = gone.version`
  await client.query(text, [gone.map(({ scheduleId }) => scheduleId), gone.map(({ version }) => version)])
}

/** Writes the settings, which may be large, only of a period that begins. */
async function write(client: pg.ClientBase, table: string, periods: readonly Period[], before: ById): Promise<void> {
  const isKnown = ({ scheduleId, version }: Period) => before.get(scheduleId)?.some((one) => one.version === version) ?? false
  const moved = periods.filter(isKnown)
  if (moved.length > 0) {
    const text = `update ${table} as period set state = m.state, until = m.until, settled = m.settled, next_at = m.next_at, last_task_id = m.last_task_id
      from unnest($1::text[], $2::int[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::text[])
        as m (schedule_id, version, state, until, settled, next_at, last_task_id)
      where period.schedule_id = m.schedule_id and period.version = m.version`
    await client.query(text, [...keysOf(moved), ...progressOf(moved)])
  }
  const begun = periods.filter((period) => !isKnown(period))
  if (begun.length === 0) return
  const text = `insert into ${table} (schedule_id, version, state, until, settled, next_at, last_task_id, settings, since, made_by)
    select * from unnest($1::text[], $2::int[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::text[], $8::text[], $9::int8[], $10::text[]) on conflict do nothing`
  const settings = begun.map((period) => JSON.stringify(period.settings))
  const makers = begun.map(({ madeBy }) => madeBy && JSON.stringify(madeBy))
  await client.query(text, [...keysOf(begun), ...progressOf(begun), settings, begun.map(({ since }) => since), makers])
}

function keysOf(periods: readonly Period[]): unknown[] {
  return [periods.map(({ scheduleId }) => scheduleId), periods.map(({ version }) => version)]
}

function progressOf(periods: readonly Period[]): unknown[] {
  return [
    periods.map(({ state }) => state),
    periods.map(({ until }) => until),
    periods.map(({ settled }) => settled),
    periods.map(nextOf),
    periods.map(({ lastTaskId }) => lastTaskId),
  ]
}

function periodOf(row: Row): Period {
  return {
    scheduleId: row.schedule_id,
    version: row.version,
    state: row.state,
    settings: JSON.parse(row.settings) as ScheduleSettings,
    since: Number(row.since),
    until: row.until === null ? null : Number(row.until),
    settled: Number(row.settled),
    lastTaskId: row.last_task_id,
    madeBy: row.made_by === null ? null : (JSON.parse(row.made_by) as Actor),
  }
}

export function postgresPeriods(pool: pg.Pool, schema: string): SchedulePeriods {
  const table = `${schema}.schedule_periods`
  const isReadable = isNotSetApart(schema, attemptsHandler, scheduleStream(''), 'schedule_id')
  const read = async <R extends pg.QueryResultRow>(text: string, values: unknown[]) => (await orUnavailable(pool.query<R>(text, values))).rows
  return {
    async due(atMs, without, limit) {
      const text = `select ${columns} from (
          select *, sum(length(settings)) over (order by next_at, schedule_id, version rows unbounded preceding) as so_far from (
            select * from ${table} where next_at <= $1::int8 and not schedule_id = any($2::text[]) and ${isReadable} order by next_at limit $3) as page
        ) as due where so_far - length(settings) < ${settingsAtOnce} order by next_at, schedule_id, version`
      const rows = await read<Row>(text, [Math.floor(atMs), without, limit])
      const size = rows.reduce((sum, { settings }) => sum + settings.length, 0)
      return {
        periods: rows.map((row) => ({ ...periodOf(row), next: Number(row.next_at) })),
        hasMore: rows.length === limit || size >= settingsAtOnce,
      }
    },
    async next(without) {
      const text = `select next_at::text from ${table} where next_at is not null and not schedule_id = any($1::text[]) and ${isReadable} order by next_at limit 1`
      const [row] = await read<{ next_at: string }>(text, [without])
      return row ? Number(row.next_at) : null
    },
    unreadableTasks: () => idsSetApart(pool, schema, attemptsHandler, taskStream('')),
    async over(limit) {
      const text = `select schedule_id from ${table} where next_at is null and state = 'RUNNING' and ${isReadable} limit $1`
      return (await read<{ schedule_id: string }>(text, [limit])).map((row) => row.schedule_id)
    },
  }
}
