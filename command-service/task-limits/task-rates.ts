import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'
import { limitedBy, senderOf, thingKey } from './limited-by.ts'

const minuteMs = 60_000
export const minutesOfHour = 60

export function minuteOf(ms: number): number {
  return Math.floor(ms / minuteMs)
}

/** How the log changes the table of the tasks that were requested in each minute: one statement a batch. */
export function taskRatesFeed(schema: string): FedBeside {
  return { wants: ({ event }) => event.type === 'TaskRequested', apply: (client, events) => applyToRates(client, `${schema}.task_rates`, events) }
}

async function applyToRates(client: pg.ClientBase, table: string, events: readonly RecordedEvent[]): Promise<void> {
  const counts = new Map<string, { readonly kind: string; readonly id: string; readonly minute: number; count: number }>()
  let newest = 0
  for (const { event, context, recordedAt } of events) {
    if (event.type !== 'TaskRequested') continue
    const minute = minuteOf(recordedAt)
    newest = Math.max(newest, minute)
    for (const thing of limitedBy(event.data, senderOf(context))) {
      const key = `${minute} ${thingKey(thing)}`
      const known = counts.get(key)
      if (known) known.count += 1
      else counts.set(key, { ...thing, minute, count: 1 })
    }
  }
  // What a rebuilt table goes through once more is older than anybody asks for.
  const rows = [...counts.values()].filter(({ minute }) => minute > newest - minutesOfHour)
  if (rows.length === 0) return
  const text = `with gone as (delete from ${table} where minute <= $5)
    insert into ${table} as rate (kind, of, minute, count) select * from unnest($1::text[], $2::text[], $3::int8[], $4::int[])
    on conflict (kind, of, minute) do update set count = rate.count + excluded.count`
  const columns = [rows.map(({ kind }) => kind), rows.map(({ id }) => id), rows.map(({ minute }) => minute), rows.map(({ count }) => count)]
  await client.query(text, [...columns, newest - minutesOfHour])
}

export interface RateRow {
  readonly kind: string
  readonly of: string
  readonly minute: number
  readonly count: number
}

/** Returns the rows of the last hour, and the position up to which they have the log. */
export async function readRates(pool: pg.Pool, schema: string, nowMs: number): Promise<{ readonly upTo: string; readonly rows: readonly RateRow[] }> {
  const text = `select (select position from ${schema}.checkpoints where name = $2) as "upTo",
      (select coalesce(json_agg(json_build_object('kind', kind, 'of', of, 'minute', minute, 'count', count)), '[]')
        from ${schema}.task_rates where minute > $1) as rows`
  const { rows } = await orUnavailable(
    pool.query<{ upTo: string | null; rows: readonly RateRow[] }>(text, [minuteOf(nowMs) - minutesOfHour, attemptsHandler]),
  )
  return { upTo: rows[0]?.upTo ?? '', rows: rows[0]?.rows ?? [] }
}

/** Returns the ids of all tasks that have not ended. */
export async function readOpenTaskIds(pool: pg.Pool, schema: string): Promise<readonly string[]> {
  const text = `select task_id from ${schema}.open_attempts union select task_id from ${schema}.waiting_tasks
    union select task_id from ${schema}.queue_tasks where state in ('HELD', 'WAITING', 'DISPATCHED')`
  const { rows } = await orUnavailable(pool.query<{ task_id: string }>(text))
  return rows.map((row) => row.task_id)
}
