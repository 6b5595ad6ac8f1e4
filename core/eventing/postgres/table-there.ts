import type pg from 'pg'

const found = new WeakMap<pg.Pool, Set<string>>()

/** Returns true once a table is in the database, which another service may still be making. It is asked for until then. */
export async function isTableThere(pool: pg.Pool, table: string): Promise<boolean> {
  const known = found.get(pool) ?? new Set()
  found.set(pool, known)
  if (known.has(table)) return true
  const { rows } = await pool.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [table])
  const isThere = rows[0]?.is_there ?? false
  if (isThere) known.add(table)
  return isThere
}
