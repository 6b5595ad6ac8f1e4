import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'

/** Adds a metric that is counted on each scrape: how many events are parked and were not set aside. */
export function deadLetterMetrics(registry: Registry, pool: pg.Pool, schema: string): void {
  new Gauge({
    name: 'elves_dead_letters',
    help: 'Events that are parked because a handler could not deal with them, without those that were set aside; the query deadLetters lists them.',
    registers: [registry],
    async collect() {
      // The other metrics must be served even if the database does not answer.
      const found = await pool.query<{ count: string }>(`select count(*) from ${schema}.dead_letters where set_aside_at is null`).catch(() => null)
      if (found) this.set(Number(found.rows[0]?.count))
    },
  })
}
