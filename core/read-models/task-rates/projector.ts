import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { together } from '../../eventing/postgres/database-pool.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { upToMs } from './durations.ts'
import { foldFailures } from './failures.ts'
import { dayMs, hourMs, minuteMs, type Told, toldBy } from './told.ts'

/** What has been counted, and up to which event: an event that comes again is not counted again. */
const counted = 'task-rates.told'
/** Minutes and hours that are kept before the newest one. */
const keptMinutes = dayMs / minuteMs
const keptHours = (7 * dayMs) / hourMs

interface Counted {
  /** The place in the log up to which all is counted. */
  readonly sequence: number
  /** The newest ones that have rows; 0: none has. */
  readonly minute: number
  readonly hour: number
}

export async function projectTaskRates(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const all = events.flatMap((recorded) => toldBy(recorded) ?? [])
  if (all.length === 0) return
  const before = await countedBefore(client, schema)
  const told = above(before.sequence, all)
  const last = told.at(-1)
  if (!last) return
  const counters = new CounterChanges()
  counters.add(counted, told.length, last.sequence)
  await together(client, [
    () => writeMinutes(client, schema, told, before),
    () => writeDurations(client, schema, told, before),
    () => foldFailures(client, schema, told),
    () => counters.write(client, schema),
  ])
}

async function countedBefore(client: pg.ClientBase, schema: string): Promise<Counted> {
  const text = `select coalesce((select sequence from ${schema}.counters where name = $1), 0) as sequence,
    coalesce((select max(minute) from ${schema}.task_minutes), 0) as minute, coalesce((select max(hour) from ${schema}.task_durations), 0) as hour`
  const { rows } = await client.query<Record<keyof Counted, string>>({ name: `${schema}.task-rates.counted`, text, values: [counted] })
  const [{ sequence, minute, hour } = { sequence: 0, minute: 0, hour: 0 }] = rows
  return { sequence: Number(sequence), minute: Number(minute), hour: Number(hour) }
}

/** Events come in order, so one that is not above all before it is a repeated delivery. */
function above(sequence: number, all: readonly Told[]): Told[] {
  let highest = sequence
  return all.filter((told) => {
    if (told.sequence <= highest) return false
    highest = told.sequence
    return true
  })
}

interface Minute {
  readonly id: string
  readonly minute: number
  readonly state: string
  tasks: number
  sequence: number
}

async function writeMinutes(client: pg.ClientBase, schema: string, told: readonly Told[], before: Counted): Promise<void> {
  const byId = new Map<string, Minute>()
  for (const { at, state, sequence } of told) {
    const minute = Math.floor(at / minuteMs)
    const id = `${minute} ${state}`
    const row = byId.get(id) ?? { id, minute, state, tasks: 0, sequence }
    byId.set(id, row)
    row.tasks++
    row.sequence = sequence
  }
  const rows = [...byId.values()]
  const text = `insert into ${schema}.task_minutes as m (id, minute, state, tasks, sequence)
    select * from unnest($1::text[], $2::int8[], $3::text[], $4::int8[], $5::int8[])
    on conflict (id) do update set tasks = m.tasks + excluded.tasks, sequence = excluded.sequence`
  const values = [
    column('text', rows, ({ id }) => id),
    column('int8', rows, ({ minute }) => minute),
    column('text', rows, ({ state }) => state),
    column('int8', rows, ({ tasks }) => tasks),
    column('int8', rows, ({ sequence }) => sequence),
  ]
  await client.query({ name: `${schema}.task_minutes`, text, values })
  const written = rows.map(({ minute }) => minute)
  await forget(client, schema, { table: 'task_minutes', unit: 'minute', kept: keptMinutes, before: before.minute, written })
}

interface Durations {
  readonly id: string
  readonly hour: number
  readonly app: string
  readonly upTo: number
  runs: number
  failed: number
  totalMs: number
  longestMs: number
  sequence: number
}

async function writeDurations(client: pg.ClientBase, schema: string, told: readonly Told[], before: Counted): Promise<void> {
  const byId = new Map<string, Durations>()
  const hashes = new Map<string, string>()
  for (const { at, app, tookMs, failureCode, sequence } of told) {
    if (tookMs === null) continue
    const ran = Math.max(0, tookMs)
    const [hour, upTo, hash] = [Math.floor(at / hourMs), upToMs(ran), hashes.get(app) ?? hashOf(app)]
    hashes.set(app, hash)
    const id = `${hour} ${upTo} ${hash}`
    const row = byId.get(id) ?? { id, hour, app, upTo, runs: 0, failed: 0, totalMs: 0, longestMs: 0, sequence }
    byId.set(id, row)
    row.runs++
    if (failureCode !== null) row.failed++
    row.totalMs += ran
    row.longestMs = Math.max(row.longestMs, ran)
    row.sequence = sequence
  }
  const rows = [...byId.values()]
  if (rows.length === 0) return
  const text = `insert into ${schema}.task_durations as d (id, hour, app, up_to_ms, runs, failed, total_ms, longest_ms, sequence)
    select * from unnest($1::text[], $2::int8[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[])
    on conflict (id) do update set runs = d.runs + excluded.runs, failed = d.failed + excluded.failed, total_ms = d.total_ms + excluded.total_ms,
      longest_ms = greatest(d.longest_ms, excluded.longest_ms), sequence = excluded.sequence`
  const values = [
    column('text', rows, ({ id }) => id),
    column('int8', rows, ({ hour }) => hour),
    column('text', rows, ({ app }) => app),
    column('int8', rows, ({ upTo }) => upTo),
    column('int8', rows, ({ runs }) => runs),
    column('int8', rows, ({ failed }) => failed),
    column('int8', rows, ({ totalMs }) => totalMs),
    column('int8', rows, ({ longestMs }) => longestMs),
    column('int8', rows, ({ sequence }) => sequence),
  ]
  await client.query({ name: `${schema}.task_durations`, text, values })
  const written = rows.map(({ hour }) => hour)
  await forget(client, schema, { table: 'task_durations', unit: 'hour', kept: keptHours, before: before.hour, written })
}

/** An app's name may be of any length, and a key may not. */
function hashOf(app: string): string {
  return createHash('sha256').update(app).digest('base64url')
}

interface Forgotten {
  readonly table: string
  readonly unit: 'minute' | 'hour'
  /** How many units are kept before the newest. */
  readonly kept: number
  /** The newest unit before the batch, and those that the batch has written. */
  readonly before: number
  readonly written: readonly number[]
}

/** By the newest row, not by a clock: a rebuild comes to the same rows. Most batches neither have a newer one nor one that is too old. */
async function forget(client: pg.ClientBase, schema: string, { table, unit, kept, before, written }: Forgotten): Promise<void> {
  const newest = Math.max(before, ...written)
  const oldest = newest - kept
  if (newest === before && written.every((one) => one >= oldest)) return
  await client.query({ name: `${schema}.${table}.forget`, text: `delete from ${schema}.${table} where ${unit} < $1::int8`, values: [oldest] })
}
