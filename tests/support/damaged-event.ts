import type { DomainEvent } from '@elves/core/domain/events.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type pg from 'pg'

/**
 * Appends an event to a stream, in Postgres, whose bytes no release can read; another process hears of it. `mend` gives it the bytes that
 * it should have: then it is read, as an event of a later release is after an upgrade.
 */
export async function appendDamaged(pool: pg.Pool, stream: string, { type, data }: DomainEvent): Promise<{ mend(): Promise<void> }> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtextextended('elves.append_events', 0))`)
    await client.query(
      `insert into elves.events (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
       select (select max(position) + 1 from elves.events), $1, (select coalesce(max(stream_version), -1) + 1 from elves.events where stream_id = $1),
         gen_random_uuid(), $2, now(), (select context from elves.events where context is not null order by position desc limit 1), '\\xc301'`,
      [stream, type],
    )
    await client.query('notify elves_events')
    await client.query('commit')
  } finally {
    client.release()
  }
  return {
    async mend() {
      const changing = await pool.connect()
      await changing.query('begin')
      // The triggers that keep events as they are do not run then.
      await changing.query('set local session_replication_role = replica')
      await changing.query(`update elves.events set data = $2 where stream_id = $1 and data = '\\xc301'`, [stream, encode(type, data)])
      await changing.query('commit')
      changing.release()
    },
  }
}
