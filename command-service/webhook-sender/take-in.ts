import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { readableAfter, type UnreadableEvent } from '@elves/core/eventing/unreadable-event.ts'
import type pg from 'pg'
import type { EventBodies } from './event-bodies.ts'
import type { SentLane } from './sent-lane.ts'
import type { OpenDelivery, PositionMove, WebhookTables } from './webhook-tables.ts'

export interface TakeInOptions {
  readonly store: Pick<EventStore, 'readAll'>
  readonly tables: Pick<WebhookTables, 'add' | 'move'>
  readonly bodies: Pick<EventBodies, 'keep'>
  /** Keeps note of an event that this release can't read. */
  readonly park: (client: pg.ClientBase, event: UnreadableEvent) => Promise<void>
  /** Runs the work in a transaction that checks the lease. */
  write(work: (client: pg.ClientBase) => Promise<void>): Promise<void>
}

const eventsAtOnce = 500
/** Webhooks that are behind, each somewhere else, and are served in one round. */
const placesAtOnce = 16

interface Taken {
  readonly lane: SentLane
  readonly to: Position
  readonly deliveries: readonly OpenDelivery[]
  /** Set where the event at `to` can't be read: it is parked, and no webhook waits for it. */
  readonly unreadable: UnreadableEvent | null
}

class MovedElsewhere extends Error {}

/**
 * Takes the next events of the log for webhooks with room: what matches becomes a delivery, in the transaction that moves the position.
 * Webhooks at the same place, as most are, share one read. MOVED_ELSEWHERE: nothing was written, because the tables say something else.
 */
export async function takeIn(options: TakeInOptions, lanes: readonly SentLane[]): Promise<'TAKEN' | 'NOTHING' | 'MOVED_ELSEWHERE'> {
  const places = [...Map.groupBy(lanes, ({ position }) => position)].slice(0, placesAtOnce)
  const taken = (await Promise.all(places.map(([from, there]) => takenAt(options, from, there)))).flat()
  if (taken.length === 0) return 'NOTHING'
  const written = taken.filter(({ lane, deliveries, unreadable }) => deliveries.length > 0 || unreadable !== null || lane.isMoveDue())
  try {
    if (written.length > 0) await options.write((client) => writeDown(options, client, written))
  } catch (error) {
    if (error instanceof MovedElsewhere) return 'MOVED_ELSEWHERE'
    throw error
  }
  const stored = new Set(written)
  for (const one of taken) {
    one.lane.moved(one.to, stored.has(one))
    one.lane.add(one.deliveries)
  }
  return 'TAKEN'
}

async function takenAt({ store, bodies }: TakeInOptions, from: Position, lanes: readonly SentLane[]): Promise<readonly Taken[]> {
  const { events, unreadable } = await readableAfter(store, from, eventsAtOnce)
  if (unreadable) return lanes.map((lane) => ({ lane, to: unreadable.position, deliveries: [], unreadable }))
  const last = events.at(-1)
  if (!last) return []
  const taken = lanes.map((lane) => ({ lane, matching: events.filter((event) => lane.matches(event)) }))
  for (const event of new Set(taken.flatMap(({ matching }) => matching))) bodies.keep(event)
  return taken.map(({ lane, matching }) => {
    return { lane, to: last.position, deliveries: matching.map((event) => deliveryOf(lane.id, event)), unreadable: null }
  })
}

async function writeDown({ tables, park }: Pick<TakeInOptions, 'tables' | 'park'>, client: pg.ClientBase, taken: readonly Taken[]): Promise<void> {
  const deliveries = taken.flatMap((one) => one.deliveries)
  if (deliveries.length > 0) await tables.add(client, deliveries)
  const moves = taken.map(({ lane, to }): PositionMove => ({ webhookId: lane.id, from: lane.stored, to }))
  const elsewhere = await tables.move(client, moves)
  if (elsewhere.size > 0) throw new MovedElsewhere()
  const parked = new Map(taken.flatMap(({ to, unreadable }) => (unreadable ? [[to, unreadable] as const] : [])))
  for (const event of parked.values()) await park(client, event)
}

/** The delivery of an event to a webhook, untried. */
export function deliveryOf(webhookId: string, { id, event, stream, version, position }: RecordedEvent): OpenDelivery {
  return {
    id: `${webhookId}-${position}`,
    webhookId,
    sequence: parsePosition(position).sequence,
    eventId: id,
    eventType: event.type,
    stream,
    version,
    isRedelivery: false,
    attempts: [],
    attemptCount: 0,
    firstAttemptAt: null,
    nextAttemptAt: null,
  }
}
