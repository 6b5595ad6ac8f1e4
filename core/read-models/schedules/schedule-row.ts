import { formatPosition } from '../../eventing/position.ts'
import type { ScheduleStateName, ScheduleView } from './schedule-view.ts'

/** A row of `schedules` as pg reads it. */
export interface ScheduleRow {
  readonly id: string
  readonly made_sequence: string
  readonly sequence: string
  readonly state: ScheduleStateName
  readonly details: string
}

export const scheduleColumns = 'id, made_sequence, sequence, state, details'

type Details = Pick<ScheduleView, 'settings' | 'createdBy' | 'createdAt' | 'version'>

export function detailsOf({ settings, createdBy, createdAt, version }: ScheduleView): string {
  return JSON.stringify({ settings, createdBy, createdAt, version } satisfies Details)
}

export function scheduleViewOfRow({ id, state, details, sequence }: ScheduleRow, logId: string): ScheduleView {
  return { id, state, ...(JSON.parse(details) as Details), position: formatPosition(logId, Number(sequence)) }
}
