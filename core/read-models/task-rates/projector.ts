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
/** Kept before the newest minute, and the newest hour. */
const keptMinutes = dayMs / minuteMs
const keptHours = (7 * dayMs) / hourMs

export async function projectTaskRates(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const all = events.flatMap((recorded) => toldBy(recorded) ?? [])
  if (all.length === 0) return
  const told = above(await countedUpTo(client, schema), all)
  const last = told.at(-1)
  if (!last) return
  const counters = new CounterChanges()
  counters.add(counted, told.length, last.sequence)
  await together(client, [
    () => writeMinutes(client, schema, told),
    () => writeDurations(client, schema, told),
    () => foldFailures(client, schema, told),
    () => counters.write(client, schema),
  ])
}

async function countedUpTo(client: pg.ClientBase, schema: string): Promise<number> {
  const text = `select sequence from ${schema}.counters where name = $1`
  const { rows } = await client.query<{ sequence: string }>({ name: `${schema}.task-rates.counted`, text, values: [counted] })
  return Number(rows[0]?.sequence ?? 0)
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

async function writeMinutes(client: pg.ClientBase, schema: string, told: readonly Told[]): Promise<void> {
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
  await forget(client, schema, { table: 'task_minutes', unit: 'minute', kept: keptMinutes })
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

async function writeDurations(client: pg.ClientBase, schema: string, told: readonly Told[]): Promise<void> {
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
  await forget(client, schema, { table: 'task_durations', unit: 'hour', kept: keptHours })
}

/** An app's name may be of any length, and a key may not. */
function hashOf(app: string): string {
  return createHash('sha256').update(app).digest('base64url')
}

interface Forgotten {
  readonly table: string
  readonly unit: string
  readonly kept: number
}

/** By the newest row, not by a clock: a rebuild comes to the same rows. */
async function forget(client: pg.ClientBase, schema: string, { table, unit, kept }: Forgotten): Promise<void> {
  await client.query({
    name: `${schema}.${table}.forget`,
    text: `delete from ${schema}.${table} where ${unit} < (select max(${unit}) from ${schema}.${table}) - $1::int8`,
    values: [kept],
  })
}
