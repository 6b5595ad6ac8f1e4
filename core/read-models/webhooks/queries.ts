import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { detailColumns } from '../detail-rows.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { type WebhookRow, webhookViewOfRow } from './webhook-row.ts'
import type { WebhookStateName, WebhookView } from './webhook-view.ts'

/** Which webhooks; an absent field is any. */
export interface WebhooksFilter {
  readonly ids?: readonly string[]
  readonly states?: readonly WebhookStateName[]
}

type Row = WebhookRow & WithLogId

export async function readWebhook(pool: pg.Pool, schema: string, id: string): Promise<WebhookView | null> {
  if (!isStorable(id)) return null
  const text = `select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.webhooks where id = $1`
  const { rows } = await pool.query<Row>(text, [id])
  const [row] = rows
  return row ? readable('webhooks', id, () => webhookViewOfRow(row, row.log_id)) : null
}

/** Newest first. Deleted ones are left out unless the filter asks for their state or for ids. With a moment as {@link readListed}. */
export async function readWebhooks(
  pool: pg.Pool,
  schema: string,
  filter: WebhooksFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<WebhookView>> {
  checkPage(page)
  const asked = listConditions()
  const { fixed, changing } = asked
  fixed.anyOf('id', filter.ids)
  changing.anyOf('state', filter.states)
  if (!filter.states && !filter.ids) changing.add(`state <> 'DELETED'`)
  if (page.after !== null) fixed.add(`made_sequence < ${fixed.value(placeOf('webhooks', page.after))}::int8`)
  const columns = `${detailColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.webhooks`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, WebhookView>(pool, source, asked, page, past, {
    list: 'webhooks',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: webhookViewOfRow(row, row.log_id) }),
  })
}
