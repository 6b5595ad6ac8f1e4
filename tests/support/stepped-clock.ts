import type pg from 'pg'

/** The clock of a test's database, as our statements read it. */
export interface SteppedClock {
  /** Moves the clock by this much. */
  step(ms: number): Promise<void>
}

/** Puts a `clock_timestamp` in front of the server's own, for all connections made from now on. */
export async function steppedClock(pool: pg.Pool): Promise<SteppedClock> {
  await pool.query(`
    create schema stepped;
    create table stepped.steps (ms float8 not null);
    insert into stepped.steps values (0);
    create function stepped.clock_timestamp() returns timestamptz language sql volatile as
      $$ select pg_catalog.clock_timestamp() + (select ms from stepped.steps) * interval '1 millisecond' $$;
    do $$ begin execute format('alter database %I set search_path = stepped, pg_catalog, public', current_database()); end $$;`)
  return {
    async step(ms) {
      await pool.query('update stepped.steps set ms = ms + $1', [ms])
    },
  }
}
