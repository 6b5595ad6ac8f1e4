import { hostname } from 'node:os'
import pg from 'pg'
import type { Registry } from 'prom-client'
import { eventingSchema } from '../eventing/postgres/eventing-schema.ts'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import { release } from '../foundation/release.ts'
import { pause, within } from '../foundation/waiting.ts'
import { type CertificateFacts, certificatesOf, type DiskFacts, disksOf } from './host-facts.ts'
import { hostMetrics } from './host-metrics.ts'
import { Rates } from './rates.ts'
import { readWatched } from './watched-metrics.ts'

/** The parts of the platform that tell how they are. */
export type InstanceKind = 'command-service' | 'gateway' | 'projection-service' | 'query-service'

export interface BeatsOptions {
  readonly connectionString: string
  /** What this process is; standalone is all of them. */
  readonly kinds: readonly InstanceKind[]
  /** Unique among the processes that run. */
  readonly instance: string
  readonly registry: Registry
  readonly logger: Logger
  readonly isReady: () => boolean | Promise<boolean>
  /** Folders whose disk is told. */
  readonly folders?: readonly string[]
  /** Files of certificates, PEM, whose end is told. */
  readonly certificates?: readonly string[]
  readonly everyMs?: number
  readonly schema?: string
}

/** How often each process says how it is. */
const beatMs = 5_000

/** What stands in `components.metrics`. */
export interface InstanceMetrics {
  readonly rates: Readonly<Record<string, { readonly perSecond: number; readonly perSecondMax: number }>>
  readonly gauges: Readonly<Record<string, number>>
  readonly disks: readonly DiskFacts[]
  readonly certificates: readonly CertificateFacts[]
}

/**
 * Adds the metrics of disks and certificates, and says every few seconds, in the database, that this process is there and how it is: for those who watch. It has a connection of its own,
 * waits for nobody, and what it can't say is left unsaid: nothing that the process does depends on it.
 */
export function beats(options: BeatsOptions): Running {
  const { connectionString, everyMs = beatMs, logger, registry, folders = [], certificates = [] } = options
  hostMetrics({ registry, folders, certificates })
  const stopping = new AbortController()
  const pool = new pg.Pool({
    connectionString,
    max: 1,
    application_name: 'elves-beats',
    connectionTimeoutMillis: everyMs,
    query_timeout: everyMs,
    idleTimeoutMillis: 3 * everyMs,
  })
  pool.on('error', () => undefined)
  const rates = new Rates()
  let isSilent = false
  async function beat(state?: 'STOPPED'): Promise<void> {
    try {
      // Some numbers are asked of stores, which may not answer: then they are left out this time.
      const { counters, gauges } = await within(everyMs / 2, readWatched(registry), { counters: {}, gauges: {} })
      const [disks, ending] = await Promise.all([disksOf(folders), certificatesOf(certificates)])
      const metrics: InstanceMetrics = { rates: rates.take(performance.now(), counters), gauges, disks, certificates: ending }
      await write(pool, options, state ?? ((await within(everyMs / 2, Promise.resolve(options.isReady()), false)) ? 'READY' : 'NOT_READY'), metrics)
      isSilent = false
    } catch (error) {
      if (!isSilent) logger.debug({ err: error }, 'this instance could not say how it is; it goes on, and says so later')
      isSilent = true
    }
  }
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await beat()
      await pause(everyMs, stopping.signal)
    }
    await beat('STOPPED')
    await pool.end().catch(() => undefined)
  }
  const running = run()
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

async function write(pool: pg.Pool, options: BeatsOptions, state: string, metrics: InstanceMetrics): Promise<void> {
  const { kinds, instance, schema = eventingSchema } = options
  await pool.query(
    `insert into ${schema}.instances as i (kind, instance, host, version, pid, state, started_at, last_seen_at, metrics)
      select kind, $2, $3, $4, $5, $6, now() - $7 * interval '1 second', now(), $8 from unnest($1::text[]) as kind
      on conflict (kind, instance) do update set host = excluded.host, version = excluded.version, pid = excluded.pid, state = excluded.state,
        started_at = case when i.pid = excluded.pid and i.state <> 'STOPPED' then i.started_at else excluded.started_at end,
        last_seen_at = excluded.last_seen_at, metrics = excluded.metrics`,
    [kinds, instance, hostname(), release, process.pid, state, process.uptime(), JSON.stringify(metrics)],
  )
}
