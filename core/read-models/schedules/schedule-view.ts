import type { Actor } from '@elves/schemas/generated/types.ts'
import { type ScheduleEvent, scheduleAggregate } from '../../domain/schedule/schedule.ts'
import type { ScheduleSettings } from '../../domain/schedule/settings.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const scheduleStates = ['RUNNING', 'PAUSED', 'ENDED', 'DELETED'] as const
export type ScheduleStateName = (typeof scheduleStates)[number]

/** A schedule as people see it, as of `position`. */
export interface ScheduleView {
  readonly id: string
  readonly state: ScheduleStateName
  readonly settings: ScheduleSettings
  readonly createdBy: Actor
  /** ms since the epoch. */
  readonly createdAt: number
  /** Of the last event in this view. */
  readonly version: number
  readonly position: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveScheduleView(view: ScheduleView | null, recorded: RecordedEvent<ScheduleEvent>): ScheduleView {
  const { event, stream, version, position, recordedAt, context } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'ScheduleCreated') {
    const { isPaused, since: _since, idempotencyKey: _key, requestHash: _hash, ...settings } = event.data
    const id = scheduleAggregate.idOf(stream) ?? ''
    return { id, state: isPaused ? 'PAUSED' : 'RUNNING', settings, createdBy: context.actor, createdAt: recordedAt, version, position }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, view), version, position }
}

function changes(event: Exclude<ScheduleEvent, { type: 'ScheduleCreated' }>, view: ScheduleView): Partial<ScheduleView> {
  switch (event.type) {
    case 'ScheduleChanged': {
      const { since: _since, idempotencyKey: _key, ...settings } = event.data
      return { settings, state: view.state === 'PAUSED' ? 'PAUSED' : 'RUNNING' }
    }
    case 'SchedulePaused':
      return { state: 'PAUSED' }
    case 'ScheduleResumed':
      return { state: 'RUNNING' }
    case 'ScheduleDeleted':
      return { state: 'DELETED' }
    case 'ScheduleEnded':
      return { state: 'ENDED' }
    case 'ScheduleInstantsNotFired':
      return {}
  }
}
