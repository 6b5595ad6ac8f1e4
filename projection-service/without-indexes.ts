import type pg from 'pg'

/**
 * Drops the indexes of fresh tables that no projector looks rows up by; returns what makes them again. Made once over all rows they
 * cost less than row by row, and are smaller. Keys stay: projectors find their rows by them.
 */
export async function withoutIndexes(database: pg.Pool | pg.ClientBase, schema: string): Promise<() => Promise<void>> {
  const { rows } = await database.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace::regnamespace::text = $1 and not i.indisunique order by 1`,
    [schema],
  )
  if (rows.length > 0) await database.query(`drop index ${rows.map(({ name }) => name).join(', ')}`)
  return async () => {
    for (const { definition } of rows) await database.query(definition)
  }
}
