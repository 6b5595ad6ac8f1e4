import { createHash } from 'node:crypto'
import type pg from 'pg'
import { column } from '../tables/columns.ts'
import { dayMs, type Told } from './told.ts'

interface Failures {
  readonly id: string
  readonly app: string
  readonly code: string
  since: number
  last: number
  tasks: number
  lastTask: string
  sequence: number
}

interface Row {
  readonly id: string
  readonly app: string
  readonly code: string
  readonly since_at: string
  readonly last_at: string
  readonly tasks: string
  readonly last_task: string
  readonly sequence: string
}

/** A failure that was not there for a day is new when it comes again. */
export async function foldFailures(client: pg.ClientBase, schema: string, told: readonly Told[]): Promise<void> {
  const failed = told.flatMap(({ failureCode: code, ...rest }) => (code === null ? [] : [{ ...rest, code, id: idOf(rest.app, code) }]))
  if (failed.length === 0) return
  const known = await load(client, schema, new Set(failed.map(({ id }) => id)))
  for (const { id, app, code, at, taskId, sequence } of failed) {
    const before = known.get(id)
    const isNew = before === undefined || at - before.last > dayMs
    const row = isNew ? { id, app, code, since: at, last: at, tasks: 0, lastTask: taskId, sequence } : before
    known.set(id, row)
    row.last = Math.max(row.last, at)
    row.tasks++
    row.lastTask = taskId
    row.sequence = sequence
  }
  await write(client, schema, [...known.values()])
}

/** Names may be of any length, and a key may not. */
function idOf(app: string, code: string): string {
  return createHash('sha256')
    .update(JSON.stringify([app, code]))
    .digest('base64url')
}

async function load(client: pg.ClientBase, schema: string, ids: ReadonlySet<string>): Promise<Map<string, Failures>> {
  const text = `select id, app, code, since_at, last_at, tasks, last_task, sequence from ${schema}.task_failures where id = any($1::text[])`
  const values = [column('text', [...ids], (id) => id)]
  const { rows } = await client.query<Row>({ name: `${schema}.task_failures.load`, text, values })
  return new Map(rows.map((row) => [row.id, failuresOf(row)]))
}

function failuresOf({ id, app, code, since_at, last_at, tasks, last_task, sequence }: Row): Failures {
  return { id, app, code, since: Number(since_at), last: Number(last_at), tasks: Number(tasks), lastTask: last_task, sequence: Number(sequence) }
}

async function write(client: pg.ClientBase, schema: string, rows: readonly Failures[]): Promise<void> {
  const text = `insert into ${schema}.task_failures (id, app, code, since_at, last_at, tasks, last_task, sequence)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::text[], $8::int8[])
    on conflict (id) do update set since_at = excluded.since_at, last_at = excluded.last_at, tasks = excluded.tasks,
      last_task = excluded.last_task, sequence = excluded.sequence`
  const values = [
    column('text', rows, ({ id }) => id),
    column('text', rows, ({ app }) => app),
    column('text', rows, ({ code }) => code),
    column('int8', rows, ({ since }) => since),
    column('int8', rows, ({ last }) => last),
    column('int8', rows, ({ tasks }) => tasks),
    column('text', rows, ({ lastTask }) => lastTask),
    column('int8', rows, ({ sequence }) => sequence),
  ]
  await client.query({ name: `${schema}.task_failures.write`, text, values })
}
