import { asBuffer } from '@elves/schemas/codec/codec.ts'
import type pg from 'pg'
import { subjectOf } from '../../domain/event-subject.ts'
import type { EventBytes } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { together } from '../../eventing/postgres/database-pool.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { storedBytesOf } from './event-row.ts'
import { isStoreHere } from './event-source.ts'
import { frequentTypes } from './frequent-types.ts'
import { wordsOfBatch } from './word.ts'

export async function projectEventLog(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const last = await client.query<{ sequence: string }>({
    name: `${schema}.event-log.last`,
    text: `SELECT coalesce(max(sequence), 0) AS sequence FROM ${schema}.event_log`,
  })
  const unseen = eventsAbove(Number(last.rows[0]?.sequence), events)
  if (unseen.length === 0) return
  const counters = new CounterChanges()
  counters.add('events', unseen.length, unseen.at(-1)?.sequence ?? 0)
  const bytes = unseen.map(({ recorded }) => storedBytesOf(recorded))
  const steps: (() => Promise<unknown>)[] = [
    () => client.query({ name: `${schema}.event-log`, text: insert(schema), values: columnsOf(unseen) }),
    () => counters.write(client, schema),
  ]
  const { logId } = parsePosition(unseen[0]?.recorded.position ?? '')
  if (!(await isStoreHere(client, logId))) {
    steps.unshift(() => client.query({ name: `${schema}.event-bodies`, text: insertBodies(schema), values: bodiesOf(unseen, bytes) }))
    steps.push(() => client.query({ name: `${schema}.log-clock`, text: noteClock(schema), values: clockOf(unseen) }))
  }
  await together(client, steps)
}

interface Unseen {
  readonly sequence: number
  readonly recorded: RecordedEvent
}

/** Returns the events above `highest`. Events come in order, so one that is not above all before it is a repeated delivery. */
function eventsAbove(highest: number, events: readonly RecordedEvent[]): Unseen[] {
  const unseen: Unseen[] = []
  let above = highest
  for (const recorded of events) {
    const { sequence } = parsePosition(recorded.position)
    if (sequence <= above) continue
    above = sequence
    unseen.push({ sequence, recorded })
  }
  return unseen
}

function insert(schema: string): string {
  return `INSERT INTO ${schema}.event_log (sequence, actor, correlation, agent, app, rare_type)
    SELECT * FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[])`
}

function columnsOf(unseen: readonly Unseen[]): Buffer[] {
  const subjects = unseen.map(({ recorded: { event, context } }) => ({ ...subjectOf(event), actorId: context.actor.id }))
  const word = wordsOfBatch()
  const wordOrNull = (text: string | null) => (text === null ? null : word(text))
  return [
    column('int8', unseen, ({ sequence }) => sequence),
    column('int4', subjects, ({ agentId, actorId }) => (actorId === agentId ? null : word(actorId))),
    column('int4', unseen, ({ recorded }) => word(recorded.context.correlationId)),
    column('int4', subjects, ({ agentId }) => wordOrNull(agentId)),
    column('int4', subjects, ({ app }) => wordOrNull(app)),
    column('int4', unseen, ({ recorded: { event } }) => (frequentTypes.has(event.type) ? null : word(event.type))),
  ]
}

function insertBodies(schema: string): string {
  return `INSERT INTO ${schema}.event_bodies (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
    SELECT n.position, n.stream, n.version, n.id, n.type, timestamptz 'epoch' + n.recorded_ms * interval '1 millisecond', n.context, n.data
    FROM unnest($1::int8[], $2::text[], $3::int4[], $4::uuid[], $5::text[], $6::int8[], $7::bytea[], $8::bytea[])
      AS n(position, stream, version, id, type, recorded_ms, context, data)`
}

/** How far the clock of the store has gone back at most: ranges of time are looked for with that in mind. */
function noteClock(schema: string): string {
  return `INSERT INTO ${schema}.log_clock AS c (latest_ms, back_ms) VALUES ($1, $2)
    ON CONFLICT (only_one) DO UPDATE SET latest_ms = greatest(c.latest_ms, excluded.latest_ms),
      back_ms = greatest(c.back_ms, excluded.back_ms, c.latest_ms - $3::int8)`
}

/** Returns the latest time of a batch, how far a time in it is before an earlier one at most, and its earliest time. */
function clockOf(unseen: readonly Unseen[]): number[] {
  let [latest, back, earliest] = [0, 0, Number.MAX_SAFE_INTEGER]
  for (const { recorded } of unseen) {
    latest = Math.max(latest, recorded.recordedAt)
    back = Math.max(back, latest - recorded.recordedAt)
    earliest = Math.min(earliest, recorded.recordedAt)
  }
  return [latest, back, earliest]
}

function bodiesOf(unseen: readonly Unseen[], bytes: readonly EventBytes[]): Buffer[] {
  return [
    column('int8', unseen, ({ sequence }) => sequence),
    column('text', unseen, ({ recorded }) => recorded.stream),
    column('int4', unseen, ({ recorded }) => recorded.version),
    column('uuid', unseen, ({ recorded }) => recorded.id),
    column('text', unseen, ({ recorded }) => recorded.event.type),
    column('int8', unseen, ({ recorded }) => recorded.recordedAt),
    // The bytes of the store: encoded anew, they would have today's schema, and differ from what another release wrote here.
    column('bytea', bytes, ({ context }) => asBuffer(context)),
    column('bytea', bytes, ({ data }) => asBuffer(data)),
  ]
}
