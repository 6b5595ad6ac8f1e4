import type pg from 'pg'
import { eventingSchema } from '../eventing/postgres/eventing-schema.ts'
import { isTableThere } from '../eventing/postgres/table-there.ts'

/** What an instance said of itself last. Instants are ms since the epoch. */
export interface InstanceView {
  readonly kind: string
  readonly instance: string
  readonly host: string
  readonly version: string
  readonly pid: number
  readonly state: 'READY' | 'NOT_READY' | 'STOPPED' | 'GONE'
  readonly startedAt: number
  readonly lastSeenAt: number
  readonly metrics: InstanceNumbers
}

/** The part of what an instance tells that flows are made of. */
export interface InstanceNumbers {
  readonly rates?: Readonly<Record<string, { readonly perSecond: number; readonly perSecondMax: number } | undefined>>
  readonly gauges?: Readonly<Record<string, number | undefined>>
}

export interface LeaseView {
  readonly name: string
  readonly owner: string
  readonly token: string
  readonly expiresAt: number
  readonly isHeld: boolean
}

export interface SlowQueryView {
  readonly program: string
  readonly forMs: number
  readonly state: string
  readonly waitsFor: string | null
  readonly text: string
}

export interface OpenIncidentView {
  readonly kind: string
  readonly subject: string
  readonly message: string
  readonly since: number
}

/** An instance that said nothing for longer, and no goodbye, is gone. It says something every 5 s. */
const goneAfterMs = 15_000
const slowMs = 1_000
const mostSlow = 50
const textLength = 400
const epochMs = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

async function instances(pool: pg.Pool, _schema: string): Promise<readonly InstanceView[]> {
  const table = `${eventingSchema}.instances`
  if (!(await isTableThere(pool, table))) return []
  const { rows } = await pool.query<InstanceView>(
    `select kind, instance, host, version, pid, ${epochMs('started_at')} as "startedAt", ${epochMs('last_seen_at')} as "lastSeenAt", metrics,
      case when state <> 'STOPPED' and last_seen_at < now() - interval '${goneAfterMs} milliseconds' then 'GONE' else state end as state
     from ${table} order by kind, instance`,
  )
  return rows
}

async function leases(pool: pg.Pool, _schema: string): Promise<readonly LeaseView[]> {
  const table = `${eventingSchema}.leases`
  if (!(await isTableThere(pool, table))) return []
  const { rows } = await pool.query<LeaseView>(
    `select name, owner, token::text as token, ${epochMs('expires_at')} as "expiresAt", expires_at > clock_timestamp() as "isHeld" from ${table} order by name`,
  )
  return rows
}

/** Statements that the server works on for longer than a second, those of this database, the longest first. */
async function slowQueries(pool: pg.Pool, _schema: string): Promise<readonly SlowQueryView[]> {
  const forMs = `(extract(epoch from clock_timestamp() - query_start) * 1000)::float8`
  const { rows } = await pool.query<SlowQueryView>(
    `select coalesce(application_name, '') as program, ${forMs} as "forMs", state, wait_event as "waitsFor", left(query, ${textLength}) as text
     from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and ${forMs} > ${slowMs}
     order by query_start limit ${mostSlow}`,
  )
  return rows
}

async function openIncidents(pool: pg.Pool, _schema: string): Promise<readonly OpenIncidentView[]> {
  const table = `${eventingSchema}.open_incidents`
  if (!(await isTableThere(pool, table))) return []
  const { rows } = await pool.query<OpenIncidentView>(
    `select kind, subject, message, since::float8 as since from ${table} order by since, stream limit 500`,
  )
  return rows
}

/** What the platform says of itself. For `ReadModels.of`, though it is none: rebuild and verify leave it alone. */
export const watching = { name: 'watching', queries: { instances, leases, slowQueries, openIncidents } }
