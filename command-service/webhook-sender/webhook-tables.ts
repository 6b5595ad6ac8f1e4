import type { WebhookSettings } from '@elves/core/domain/webhook/settings.ts'
import { webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { isNotSetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import type { DeliveryAttempt } from '@elves/core/read-models/webhooks/deliveries.ts'
import type pg from 'pg'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'

/** A webhook as the sender needs it. */
export interface SentWebhook {
  readonly id: string
  readonly version: number
  readonly phase: 'ACTIVE' | 'PAUSED'
  readonly isFailing: boolean
  readonly settings: WebhookSettings
  readonly position: Position
}

/** A delivery that has not ended. Instants are ms since the epoch. */
export interface OpenDelivery {
  readonly id: string
  readonly webhookId: string
  readonly sequence: number
  readonly eventId: string
  readonly eventType: string
  readonly stream: string
  readonly version: number
  readonly isRedelivery: boolean
  /** The last ones. */
  readonly attempts: readonly DeliveryAttempt[]
  readonly attemptCount: number
  readonly firstAttemptAt: number | null
  /** Null: at once. */
  readonly nextAttemptAt: number | null
}

/** What a delivery came to by an attempt. */
export interface DeliveryOutcome extends OpenDelivery {
  readonly state: 'DELIVERED' | 'RETRYING' | 'FAILED'
  readonly endedAt: number | null
}

/** A delivery that has failed for good, of which no event says so yet. */
export interface UntoldFailure {
  readonly webhookId: string
  readonly sequence: number
  readonly id: string
  readonly eventId: string
  readonly attempts: number
  readonly error: string
}

/** A move of a webhook's position. */
export interface PositionMove {
  readonly webhookId: string
  readonly from: Position
  readonly to: Position
}

/** What is kept of deliveries that have ended: the last ones of each webhook and state, for so long. */
export const deliveriesKept = { count: 1_000, deliveredDays: 7, failedDays: 30, attempts: 20 } as const

const dayMs = 86_400_000
const open = `state in ('PENDING', 'RETRYING')`

interface WebhookRow {
  readonly id: string
  readonly version: number
  readonly phase: SentWebhook['phase']
  readonly is_failing: boolean
  readonly settings: string
  readonly position: Position
}

interface OpenRow {
  readonly id: string
  readonly webhook_id: string
  readonly sequence: string
  readonly event_id: string
  readonly event_type: string
  readonly stream: string
  readonly version: number
  readonly is_redelivery: boolean
  readonly attempts: string
  readonly attempt_count: number
  readonly first_attempt_at: string | null
  readonly next_attempt_at: string | null
}

/** The sender's reads and writes. What takes a client is part of a transaction that checks the sender's lease. */
export interface WebhookTables {
  count(): Promise<number>
  hasDelivery(id: string): Promise<boolean>
  /** Without those whose own stream is set apart: nobody knows what they were changed to. */
  webhooks(): Promise<readonly SentWebhook[]>
  /** In the order of the log. */
  openDeliveries(webhookIds: readonly string[]): Promise<readonly OpenDelivery[]>
  untold(limit: number): Promise<readonly UntoldFailure[]>
  told(client: pg.ClientBase, failures: readonly UntoldFailure[]): Promise<void>
  add(client: pg.ClientBase, deliveries: readonly OpenDelivery[]): Promise<void>
  /** Returns the webhooks whose position was not where it was expected; those were not moved. */
  move(client: pg.ClientBase, moves: readonly PositionMove[]): Promise<ReadonlySet<string>>
  record(client: pg.ClientBase, outcomes: readonly DeliveryOutcome[]): Promise<void>
  /** Removes what is not kept any more. */
  tidy(client: pg.ClientBase, now: number): Promise<void>
}

export function webhookTables(pool: pg.Pool, schema: string): WebhookTables {
  const read = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await orUnavailable(pool.query<Row>(text, values))).rows
  const deliveries = `${schema}.webhook_deliveries`
  return {
    async count() {
      const [row] = await read<{ count: string }>(`select count(*) from ${schema}.webhooks`)
      return Number(row?.count)
    },
    async hasDelivery(id) {
      const [webhookId = '', , hex = ''] = id.split('-')
      const sequence = Number.parseInt(hex, 16)
      if (!/^[0-9A-F]{16}$/.test(webhookId) || !Number.isSafeInteger(sequence)) return false
      const rows = await read<{ id: string }>(`select id from ${deliveries} where webhook_id = $1 and sequence = $2`, [webhookId, sequence])
      return rows[0]?.id === id
    },
    async webhooks() {
      const rows = await read<WebhookRow>(`select id, version, phase, is_failing, settings, position from ${schema}.webhooks
        where ${isNotSetApart(schema, attemptsHandler, webhookStream(''), 'id')}`)
      return rows.map(({ is_failing: isFailing, settings, ...row }) => ({ ...row, isFailing, settings: JSON.parse(settings) as WebhookSettings }))
    },
    async openDeliveries(webhookIds) {
      const rows = await read<OpenRow>(`select * from ${deliveries} where webhook_id = any($1::text[]) and ${open} order by sequence`, [webhookIds])
      return rows.map(openDeliveryOf)
    },
    async untold(limit) {
      const rows = await read<OpenRow>(`select * from ${deliveries} where not is_told order by webhook_id, sequence limit $1`, [limit])
      return rows.map(openDeliveryOf).map(({ webhookId, sequence, id, eventId, attemptCount, attempts }) => {
        return { webhookId, sequence, id, eventId, attempts: attemptCount, error: attempts.at(-1)?.error ?? '' }
      })
    },
    async told(client, failures) {
      const text = `update ${deliveries} d set is_told = true from unnest($1::text[], $2::int8[]) as told (webhook_id, sequence)
        where d.webhook_id = told.webhook_id and d.sequence = told.sequence`
      await client.query(text, [failures.map(({ webhookId }) => webhookId), failures.map(({ sequence }) => sequence)])
    },
    async add(client, added) {
      const text = `insert into ${deliveries} (webhook_id, sequence, id, event_id, event_type, stream, version)
        select * from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[]) on conflict do nothing`
      await client.query(text, [
        added.map(({ webhookId }) => webhookId),
        added.map(({ sequence }) => sequence),
        added.map(({ id }) => id),
        added.map(({ eventId }) => eventId),
        added.map(({ eventType }) => eventType),
        added.map(({ stream }) => stream),
        added.map(({ version }) => version),
      ])
    },
    async move(client, moves) {
      const text = `update ${schema}.webhooks w set position = m.too from unnest($1::text[], $2::text[], $3::text[]) as m (id, fro, too)
        where w.id = m.id and w.position = m.fro returning w.id`
      const { rows } = await client.query<{ id: string }>(text, [
        moves.map(({ webhookId }) => webhookId),
        moves.map(({ from }) => from),
        moves.map(({ to }) => to),
      ])
      const moved = new Set(rows.map(({ id }) => id))
      return new Set(moves.map(({ webhookId }) => webhookId).filter((id) => !moved.has(id)))
    },
    async record(client, outcomes) {
      const text = `update ${deliveries} d set state = o.state, attempts = o.attempts, attempt_count = o.attempt_count,
          first_attempt_at = o.first_attempt_at, next_attempt_at = o.next_attempt_at, ended_at = o.ended_at, is_told = o.state <> 'FAILED'
        from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::int[], $6::int8[], $7::int8[], $8::int8[])
          as o (webhook_id, sequence, state, attempts, attempt_count, first_attempt_at, next_attempt_at, ended_at)
        where d.webhook_id = o.webhook_id and d.sequence = o.sequence and d.${open}`
      await client.query(text, [
        outcomes.map(({ webhookId }) => webhookId),
        outcomes.map(({ sequence }) => sequence),
        outcomes.map(({ state }) => state),
        outcomes.map(({ attempts }) => JSON.stringify(attempts)),
        outcomes.map(({ attemptCount }) => attemptCount),
        outcomes.map(({ firstAttemptAt }) => firstAttemptAt),
        outcomes.map(({ nextAttemptAt }) => nextAttemptAt),
        outcomes.map(({ endedAt }) => endedAt),
      ])
    },
    async tidy(client, now) {
      const { count, deliveredDays, failedDays } = deliveriesKept
      const text = `delete from ${deliveries} d using (
          select webhook_id, sequence, ended_at, state, row_number() over (partition by webhook_id, state order by sequence desc) as nth
          from ${deliveries} where state in ('DELIVERED', 'FAILED') and is_told) as ended
        where d.webhook_id = ended.webhook_id and d.sequence = ended.sequence
          and (ended.nth > $1 or ended.ended_at < case ended.state when 'DELIVERED' then $2::int8 else $3::int8 end)`
      await client.query(text, [count, now - deliveredDays * dayMs, now - failedDays * dayMs])
      await client.query(`delete from ${deliveries} d where ${open} and not exists (select from ${schema}.webhooks w where w.id = d.webhook_id)`)
      await client.query(`delete from ${schema}.webhook_secrets s where created_at < now() - interval '1 hour' and not exists (
        select from ${schema}.webhooks w where w.id = s.webhook_id and w.settings::json ->> 'secretId' = s.secret_id)`)
    },
  }
}

function openDeliveryOf(row: OpenRow): OpenDelivery {
  const number = (text: string | null) => (text === null ? null : Number(text))
  return {
    id: row.id,
    webhookId: row.webhook_id,
    sequence: Number(row.sequence),
    eventId: row.event_id,
    eventType: row.event_type,
    stream: row.stream,
    version: row.version,
    isRedelivery: row.is_redelivery,
    attempts: JSON.parse(row.attempts) as readonly DeliveryAttempt[],
    attemptCount: row.attempt_count,
    firstAttemptAt: number(row.first_attempt_at),
    nextAttemptAt: number(row.next_attempt_at),
  }
}
