import type { IncidentKind } from '@elves/core/domain/incident/incident.ts'
import { isTableThere } from '@elves/core/eventing/postgres/table-there.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import type { InstanceMetrics } from '@elves/core/watching/beats.ts'
import type pg from 'pg'

/** What the watcher sees now, as it would be told. */
export interface Observation {
  readonly kind: IncidentKind
  readonly subject: string
  readonly message: string
}

export interface WatchBounds {
  /** An instance that said nothing for longer is gone. */
  readonly goneAfterMs: number
  /** Longest lag of a read model. */
  readonly lagMs: number
  /** Least share of a disk that is free, of 100. */
  readonly freePercent: number
  /** A certificate that ends sooner ends soon. */
  readonly certificateDays: number
}

interface InstanceRow {
  readonly kind: string
  readonly instance: string
  readonly host: string
  readonly state: string
  readonly silent_ms: number
  readonly runs_ms: number
  readonly metrics: InstanceMetrics
}

const dayMs = 86_400_000
/** What left no word for so long was taken away by somebody. */
const forgottenMs = dayMs

/** Looks at what instances and projectors say of themselves. It only reads, but for instances that are gone for a day, which it takes off the list. */
export async function sightings(pool: pg.Pool, schema: string, bounds: WatchBounds, now = Date.now()): Promise<readonly Observation[]> {
  await pool.query(`delete from ${schema}.instances where last_seen_at < now() - $1 * interval '1 millisecond'`, [forgottenMs])
  const { rows: instances } = await pool.query<InstanceRow>(
    `select kind, instance, host, state, (extract(epoch from now() - last_seen_at) * 1000)::float8 as silent_ms,
      (extract(epoch from now() - started_at) * 1000)::float8 as runs_ms, metrics from ${schema}.instances`,
  )
  const here = instances.filter(({ state, silent_ms }) => state !== 'STOPPED' && silent_ms <= bounds.goneAfterMs)
  return [
    ...instances.filter((one) => isGone(one, bounds) && !here.some((other) => replaces(other, one))).map(gone),
    ...(await stoppedProjectors(pool)),
    ...behind(here, bounds),
    ...withoutRelay(here),
    ...unique(here.flatMap((instance) => fullDisks(instance, bounds))),
    ...unique(here.flatMap((instance) => endingCertificates(instance, bounds, now))),
    ...(await parked(pool, schema)),
  ]
}

function isGone({ state, silent_ms }: InstanceRow, { goneAfterMs }: WatchBounds): boolean {
  return state !== 'STOPPED' && silent_ms > goneAfterMs
}

/** One that was killed and started again may have another name. */
function replaces(other: InstanceRow, { kind, host, silent_ms }: InstanceRow): boolean {
  return other.kind === kind && other.host === host && other.runs_ms < silent_ms
}

function gone({ kind, instance, host, silent_ms }: InstanceRow): Observation {
  const since = Math.round(silent_ms / 1_000)
  return {
    kind: 'INSTANCE_GONE',
    subject: `${kind}:${instance}`,
    message: `${kind} ${instance} on ${host} has said nothing for ${since} s, and no goodbye`,
  }
}

async function stoppedProjectors(pool: pg.Pool): Promise<readonly Observation[]> {
  if (!(await isTableThere(pool, `${readSchema}.projector_states`))) return []
  const { rows } = await pool.query<{ name: string; error: string | null }>(
    `select name, error from ${readSchema}.projector_states where state = 'STOPPED' and error is not null`,
  )
  return rows.map(({ name, error }) => ({ kind: 'PROJECTOR_STOPPED', subject: name, message: `the projector of ${name} has stopped: ${error}` }))
}

function behind(instances: readonly InstanceRow[], { lagMs }: WatchBounds): readonly Observation[] {
  const lags = instances.filter(({ kind }) => kind === 'projection-service').map(({ metrics }) => metrics.gauges['projectorLagSeconds'] ?? 0)
  // Several instances project the same log: the one that is in front counts.
  const lag = lags.length === 0 ? 0 : Math.min(...lags)
  if (lag * 1_000 <= lagMs) return []
  return [{ kind: 'PROJECTOR_BEHIND', subject: 'read-models', message: `the read models are ${Math.round(lag)} s behind the log` }]
}

function withoutRelay(instances: readonly InstanceRow[]): readonly Observation[] {
  const relays = instances.flatMap(({ metrics }) => metrics.gauges['relayActive'] ?? [])
  if (relays.length === 0 || relays.some((active) => active === 1)) return []
  return [{ kind: 'RELAY_STOPPED', subject: 'relay', message: 'no instance carries the events to Kafka' }]
}

function fullDisks({ host, metrics }: InstanceRow, { freePercent }: WatchBounds): readonly Observation[] {
  return metrics.disks
    .filter(({ freeBytes, totalBytes }) => totalBytes > 0 && (100 * freeBytes) / totalBytes < freePercent)
    .map(({ folder, freeBytes, totalBytes }) => {
      const free = `${Math.floor((100 * freeBytes) / totalBytes)} % (${Math.floor(freeBytes / 2 ** 20)} MiB)`
      return { kind: 'DISK_FULL', subject: `${host}:${folder}`, message: `the disk of ${folder} on ${host} has ${free} left` }
    })
}

function endingCertificates({ host, metrics }: InstanceRow, { certificateDays }: WatchBounds, now: number): readonly Observation[] {
  return metrics.certificates
    .filter(({ endsAt }) => endsAt - now < certificateDays * dayMs)
    .map(({ file, endsAt }) => {
      const message = `the certificate in ${file} on ${host} ${endsAt < now ? 'has ended' : 'ends'} ${new Date(endsAt).toISOString()}`
      return { kind: 'CERTIFICATE_ENDS', subject: `${host}:${file}`, message }
    })
}

async function parked(pool: pg.Pool, schema: string): Promise<readonly Observation[]> {
  const text = `select handler, count(*) as count from ${schema}.dead_letters where set_aside_at is null group by handler order by handler`
  const { rows } = await pool.query<{ handler: string; count: string }>(text)
  return rows.map(({ handler, count }) => ({
    kind: 'DEAD_LETTERS',
    subject: handler,
    message: `${handler} has parked events that it could not deal with: ${count}`,
  }))
}

function unique(sighted: readonly Observation[]): readonly Observation[] {
  return [...new Map(sighted.map((one) => [one.subject, one])).values()]
}
