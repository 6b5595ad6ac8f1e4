import type { Actor } from '@elves/schemas/generated/types.ts'
import { type QueueEvent, queueAggregate } from '../../domain/queue/queue.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const queueStates = ['OPEN', 'RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED'] as const
export type QueueStateName = (typeof queueStates)[number]

/** A queue as people see it, as of `position`. Times are ms since the epoch. */
export interface QueueView {
  readonly id: string
  readonly name: string | null
  readonly app: string | null
  /** STOPPED from the request on: tasks may still run until it has ended. */
  readonly state: QueueStateName
  readonly createdBy: Actor
  readonly createdAt: number
  readonly committedAt: number | null
  readonly stopRequestedAt: number | null
  readonly endedAt: number | null
  readonly stopReason: string | null
  /** Of the last event in this view. */
  readonly version: number
  readonly position: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveQueueView(view: QueueView | null, recorded: RecordedEvent<QueueEvent>): QueueView {
  const { event, stream, version, position, recordedAt, context } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'QueueCreated') {
    const { name, app } = event.data
    const times = { createdAt: recordedAt, committedAt: null, stopRequestedAt: null, endedAt: null, stopReason: null }
    return { id: queueAggregate.idOf(stream) ?? '', name, app, state: 'OPEN', createdBy: context.actor, ...times, version, position }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, recordedAt), version, position }
}

function changes(event: Exclude<QueueEvent, { type: 'QueueCreated' }>, recordedAt: number): Partial<QueueView> {
  switch (event.type) {
    case 'QueueTasksAdded':
      return {}
    case 'QueueCommitted':
      return { state: 'RUNNING', committedAt: recordedAt }
    case 'QueueStopRequested':
      return { state: 'STOPPED', stopRequestedAt: recordedAt, stopReason: event.data.reason }
    case 'QueueEnded':
      return { state: event.data.outcome === 'UNKNOWN' ? 'FAILED' : event.data.outcome, endedAt: recordedAt }
  }
}
