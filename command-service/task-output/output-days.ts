import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import type pg from 'pg'
import { type OutputAgeing, tellAgedOutput } from './aged-output.ts'

export interface OutputRetention {
  /** Output of the runs of so many days is kept, today among them. */
  readonly days: number
  /** Most bytes that the tables may take. */
  readonly bytes: number
}

/** The days of which there are partitions, and whether there is room for more. */
export interface OutputDays {
  /** Of today, UTC, by the database's clock. */
  readonly today: number
  readonly days: ReadonlySet<number>
  /** True if the tables take more bytes than they may though nothing but today is left. */
  readonly isFull: boolean
  /** Bytes of the tables. */
  readonly bytes: number
}

export interface KeepOutputDays {
  readonly pool: pg.Pool
  readonly schema: string
  readonly retention: OutputRetention
  readonly ageing: OutputAgeing
  /** Days of which there is output. */
  readonly wanted?: readonly number[]
}

interface Partition {
  readonly day: number
  readonly bytes: number
}

const tables = ['task_outputs', 'task_output_chunks'] as const
/** Queries of the edge hold their locks for some ms. Who waits longer for them than this tries again at the next look. */
const lockTimeoutMs = 2_000

/**
 * Makes the partitions of today, of tomorrow and of these days, and drops those beyond the retention, the oldest first: a whole day
 * at once, whatever it holds, after the log has digests of it. One instance does so at a time. Days before the retention are not made.
 */
export async function keepOutputDays({ pool, schema, retention, ageing, wanted = [] }: KeepOutputDays): Promise<OutputDays> {
  return inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${schema}.task_outputs`])
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`)
    const today = await todayOf(client)
    const partitions = await partitionsOf(client, schema)
    let bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0)
    const oldest = today - retention.days + 1
    const kept: number[] = []
    let dropped = 0
    for (const partition of partitions) {
      const isTooMuch = bytes > retention.bytes && partition.day < today
      if (partition.day >= oldest && !isTooMuch) {
        kept.push(partition.day)
        continue
      }
      const rule = partition.day < oldest ? `ELVES_OUTPUT_KEPT_DAYS=${retention.days}` : `ELVES_OUTPUT_KEPT_BYTES=${retention.bytes}`
      await tellAgedOutput(ageing, client, { schema, day: partition.day, rule })
      for (const table of tables) await client.query(`drop table if exists ${schema}.${table}_${partition.day}`)
      bytes -= partition.bytes
      dropped = partition.day + 1
    }
    const first = Math.max(oldest, dropped, await droppedDay(client, schema))
    if (first > 0) await client.query(`update ${schema}.task_output_retention set dropped_day = greatest(dropped_day, $1)`, [first])
    const missing = new Set([today, today + 1, ...wanted].filter((day) => day >= first && day <= today + 1))
    for (const day of kept) missing.delete(day)
    for (const day of missing) {
      for (const table of tables) {
        await client.query(`create table if not exists ${schema}.${table}_${day} partition of ${schema}.${table} for values in (${day})`)
      }
    }
    return { today, days: new Set([...kept, ...missing]), isFull: bytes > retention.bytes, bytes }
  })
}

/** Returns the day as which the output of a run counts: one whose partition there is or may be. */
export function dayWithin({ today, days }: OutputDays, { days: keptDays }: OutputRetention, day: number): number {
  if (days.has(day)) return day
  return Math.min(Math.max(day, today - keptDays + 1), today + 1)
}

async function todayOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ day: number }>('select floor(extract(epoch from now()) / 86400)::int as day')
  return rows[0]?.day ?? 0
}

async function droppedDay(client: pg.ClientBase, schema: string): Promise<number> {
  const { rows } = await client.query<{ dropped_day: number }>(`select dropped_day from ${schema}.task_output_retention`)
  return rows[0]?.dropped_day ?? 0
}

/** Returns the days that have partitions, oldest first. */
async function partitionsOf(client: pg.ClientBase, schema: string): Promise<readonly Partition[]> {
  const text = `select substring(c.relname from '_(\\d+)$')::int as day, sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in (${tables.map((table) => `'${schema}.${table}'::regclass`).join(', ')})
    group by 1 order by 1`
  const { rows } = await client.query<Partition>(text)
  return rows
}
