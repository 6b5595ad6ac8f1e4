import { setTimeout as delay } from 'node:timers/promises'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import type pg from 'pg'

/** Resolves when all read models have got to this place in the log, with an event there. */
export async function projected(database: pg.Pool, last: number): Promise<void> {
  const behind = `select from ${readSchema}.checkpoints where ('x' || right(position, 16))::bit(64)::bigint < $1`
  while ((await database.query(behind, [last])).rowCount !== 0) await delay(200)
}
