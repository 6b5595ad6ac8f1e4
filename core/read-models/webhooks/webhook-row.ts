import { formatPosition } from '../../eventing/position.ts'
import type { DetailRow } from '../detail-rows.ts'
import type { WebhookStateName, WebhookView } from './webhook-view.ts'

/** A row of `webhooks` as pg reads it. */
export type WebhookRow = DetailRow<WebhookStateName>

type Details = Pick<WebhookView, 'settings' | 'failure' | 'createdBy' | 'createdAt' | 'version'>

export function webhookDetails({ settings, failure, createdBy, createdAt, version }: WebhookView): string {
  return JSON.stringify({ settings, failure, createdBy, createdAt, version } satisfies Details)
}

export function webhookViewOfRow({ id, state, details, sequence }: WebhookRow, logId: string): WebhookView {
  return { id, state, ...(JSON.parse(details) as Details), changedAt: formatPosition(logId, Number(sequence)) }
}
