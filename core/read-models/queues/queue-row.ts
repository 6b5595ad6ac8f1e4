import { formatPosition } from '../../eventing/position.ts'
import type { QueueStateName, QueueView } from './queue-view.ts'

/** A row of `queues` as pg reads it. */
export interface QueueRow {
  readonly id: string
  readonly made_sequence: string
  readonly sequence: string
  readonly state: QueueStateName
  readonly app: string | null
  readonly created_at: string
  readonly details: string
}

export const queueColumns = 'id, made_sequence, sequence, state, app, created_at, details'

type Details = Omit<QueueView, 'id' | 'state' | 'app' | 'createdAt' | 'position'>

export function queueDetailsOf({ name, createdBy, committedAt, stopRequestedAt, endedAt, stopReason, version }: QueueView): string {
  return JSON.stringify({ name, createdBy, committedAt, stopRequestedAt, endedAt, stopReason, version } satisfies Details)
}

export function queueViewOfRow({ id, state, app, created_at, details, sequence }: QueueRow, logId: string): QueueView {
  return { id, state, app, createdAt: Number(created_at), ...(JSON.parse(details) as Details), position: formatPosition(logId, Number(sequence)) }
}
