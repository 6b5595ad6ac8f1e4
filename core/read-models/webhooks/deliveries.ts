import type pg from 'pg'
import { formatPosition, type Position } from '../../eventing/position.ts'
import { isStorable } from '../../foundation/text.ts'
import { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, pageOf, pageQuery } from '../paging/page.ts'

/** The tables of the write side's sender of webhooks. They are no read models: what an attempt came to is in no event. */
const writeSchema = 'elves'

export type DeliveryStateName = 'PENDING' | 'RETRYING' | 'DELIVERED' | 'FAILED'

/** One POST of a delivery, and what came of it. */
export interface DeliveryAttempt {
  /** ms since the epoch. */
  readonly at: number
  /** Null: no answer came. */
  readonly statusCode: number | null
  readonly durationMs: number
  /** Null: it was taken. */
  readonly error: string | null
}

/** An event on its way to the receiver of a webhook. */
export interface DeliveryView {
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly eventType: string
  readonly position: Position
  readonly state: DeliveryStateName
  /** The last ones, oldest first. */
  readonly attempts: readonly DeliveryAttempt[]
  readonly attemptCount: number
  /** ms since the epoch; null: it has ended, or waits for another one. */
  readonly nextAttemptAt: number | null
}

interface DeliveryRow {
  readonly webhook_id: string
  readonly sequence: string
  readonly id: string
  readonly event_id: string
  readonly event_type: string
  readonly state: DeliveryStateName
  readonly attempts: string
  readonly attempt_count: number
  readonly next_attempt_at: string | null
}

const columns = 'webhook_id, sequence, id, event_id, event_type, state, attempts, attempt_count, next_attempt_at'

/** An absent field is any. */
export interface DeliveryFilter {
  readonly states?: readonly DeliveryStateName[]
}

/** The deliveries of a webhook that are kept, those of the newest events first. */
export async function readDeliveries(
  pool: pg.Pool,
  schema: string,
  webhookId: string,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<DeliveryView>> {
  checkPage(page)
  const conditions = new Conditions()
  conditions.anyOf('webhook_id', [webhookId])
  conditions.anyOf('state', filter.states)
  if (page.after !== null) conditions.add(`sequence < ${conditions.value(placeOf('deliveries', page.after))}::int8`)
  const source = {
    columns: `${columns}, ${logIdColumn(schema)}`,
    table: `${writeSchema}.webhook_deliveries`,
    large: ['attempts'],
    place: 'sequence',
    direction: 'desc',
  } as const
  const { rows } = await pool.query<DeliveryRow & WithLogId & ListedRow>(pageQuery(source, conditions, page), conditions.values)
  return pageOf(rows, page, {
    list: 'deliveries',
    place: (row) => Number(row.sequence),
    read: (row) => ({ node: deliveryOfRow(row) }),
  })
}

/** Null where there is none, or where it is not kept any more. */
export async function readDelivery(pool: pg.Pool, schema: string, id: string): Promise<DeliveryView | null> {
  if (!isStorable(id)) return null
  const [webhookId = '', , hex = ''] = id.split('-')
  const text = `select ${columns}, ${logIdColumn(schema)} from ${writeSchema}.webhook_deliveries where webhook_id = $1 and sequence = $2 and id = $3`
  const sequence = Number.parseInt(hex, 16)
  if (!Number.isSafeInteger(sequence)) return null
  const { rows } = await pool.query<DeliveryRow & WithLogId>(text, [webhookId, sequence, id])
  return rows[0] ? deliveryOfRow(rows[0]) : null
}

function deliveryOfRow(row: DeliveryRow & WithLogId): DeliveryView {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    position: formatPosition(row.log_id, Number(row.sequence)),
    state: row.state,
    attempts: JSON.parse(row.attempts) as readonly DeliveryAttempt[],
    attemptCount: row.attempt_count,
    nextAttemptAt: row.next_attempt_at === null ? null : Number(row.next_attempt_at),
  }
}

/** How far a webhook has got. */
export interface WebhookProgress {
  /** Every event up to here that it delivers has been delivered, or is in its deliveries. */
  readonly position: Position
  /** Deliveries that are neither DELIVERED nor FAILED. */
  readonly open: number
}

/** Null where the sender does not know it: it is deleted, or was made a moment ago. */
export async function readWebhookProgress(pool: pg.Pool, _schema: string, id: string): Promise<WebhookProgress | null> {
  const text = `select position, (select count(*) from ${writeSchema}.webhook_deliveries where webhook_id = w.id and state in ('PENDING', 'RETRYING')) as open
    from ${writeSchema}.webhooks w where id = $1`
  const { rows } = await pool.query<{ position: Position; open: string }>(text, [id])
  return rows[0] ? { position: rows[0].position, open: Number(rows[0].open) } : null
}
