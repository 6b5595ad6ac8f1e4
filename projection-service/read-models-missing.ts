import { ElvesError } from '@elves/core/foundation/errors.ts'
import type pg from 'pg'

/** Throws READ_MODELS_MISSING: a restored database has no read models until its first start. */
export async function refuseMissing(database: pg.Pool | pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await database.query<{ isThere: boolean }>(`select to_regclass($1) is not null as "isThere"`, [`${schema}.checkpoints`])
  if (rows[0]?.isThere) return
  const remedy = 'start the platform on it once, or run npm run rebuild, then try again'
  throw new ElvesError('READ_MODELS_MISSING', `there are no read models in this database yet: ${remedy}`)
}
