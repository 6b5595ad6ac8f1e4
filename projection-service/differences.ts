import type { ReadModelTable } from '@elves/core/read-models/projector.ts'
import type pg from 'pg'

/** One differing column of a row. If `column` is null, only one side has the row, and the other side is null. */
export interface Difference {
  readonly table: string
  readonly key: string
  readonly column: string | null
  readonly live: unknown
  readonly replayed: unknown
}

export interface TableComparison {
  readonly table: string
  readonly rows: number
  readonly changed: number
  /** Rows that only the replay has: the live table has lost them. */
  readonly missing: number
  /** Rows that only the live table has: no event made them. */
  readonly extra: number
  /** The first differences, in the order of the keys. */
  readonly differences: readonly Difference[]
}

/** Compares every row of a live table with the replayed one, in the server. */
export async function compareTable(
  client: pg.ClientBase,
  schemas: { readonly live: string; readonly replayed: string },
  { name: table, key }: ReadModelTable,
  most: number,
): Promise<TableComparison> {
  const columns = await columnsOf(client, schemas.replayed, table)
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`
  const joined = `from ${schemas.live}.${table} l full join ${schemas.replayed}.${table} r using (${key})`
  const differing = `${row('l')} is distinct from ${row('r')}`
  const counts = await client.query<Record<'rows' | 'changed' | 'missing' | 'extra', string>>(`select count(*) as rows,
      count(*) filter (where l.${key} is not null and r.${key} is not null and ${differing}) as changed,
      count(*) filter (where l.${key} is null) as missing, count(*) filter (where r.${key} is null) as extra ${joined}`)
  const [changed, missing, extra] = [Number(counts.rows[0]?.changed), Number(counts.rows[0]?.missing), Number(counts.rows[0]?.extra)]
  const summary = { table, rows: Number(counts.rows[0]?.rows), changed, missing, extra }
  if (changed + missing + extra === 0) return { ...summary, differences: [] }
  const { rows } = await client.query<DifferingRow>(
    `select ${key}::text as key, to_jsonb(l) as live, to_jsonb(r) as replayed ${joined} where ${differing} order by ${key} limit $1`,
    [most],
  )
  return { ...summary, differences: rows.flatMap((each) => differencesOf(table, each)).slice(0, most) }
}

interface DifferingRow {
  readonly key: string
  readonly live: Readonly<Record<string, unknown>> | null
  readonly replayed: Readonly<Record<string, unknown>> | null
}

function differencesOf(table: string, { key, live, replayed }: DifferingRow): Difference[] {
  if (live === null || replayed === null) return [{ table, key, column: null, live, replayed }]
  return Object.keys(replayed)
    .filter((column) => live[column] !== replayed[column])
    .map((column) => ({ table, key, column, live: live[column], replayed: replayed[column] }))
}

async function columnsOf(client: pg.ClientBase, schema: string, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select column_name as name from information_schema.columns where table_schema = $1 and table_name = $2 order by ordinal_position',
    [schema, table],
  )
  return rows.map(({ name }) => name)
}
