import { asBuffer } from '@elves/schemas/codec/bytes.ts'
import type pg from 'pg'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { together } from '../../eventing/postgres/database-pool.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { storedBytesOf, subjectOf } from './event-row.ts'

export async function projectEventLog(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const last = await client.query<{ sequence: string }>({
    name: `${schema}.event-log.last`,
    text: `SELECT coalesce(max(sequence), 0) AS sequence FROM ${schema}.event_log`,
  })
  const unseen = eventsAbove(Number(last.rows[0]?.sequence), events)
  if (unseen.length === 0) return
  const counters = new CounterChanges()
  counters.add('events', unseen.length, unseen.at(-1)?.sequence ?? 0)
  await together(client, [
    () => client.query({ name: `${schema}.event-log`, text: insert(schema), values: columnsOf(unseen) }),
    () => counters.write(client, schema),
  ])
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
  return `INSERT INTO ${schema}.event_log
    (sequence, stream, version, type, recorded_at, event_id, actor_id, correlation_id, agent_id, app, context, data)
    SELECT * FROM unnest($1::int8[], $2::text[], $3::int4[], $4::text[], $5::int8[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::bytea[], $12::bytea[])`
}

function columnsOf(unseen: readonly Unseen[]): Buffer[] {
  const subjects = unseen.map(({ recorded }) => subjectOf(recorded.event))
  const bytes = unseen.map(({ recorded }) => storedBytesOf(recorded))
  return [
    column('int8', unseen, ({ sequence }) => sequence),
    column('text', unseen, ({ recorded }) => recorded.stream),
    column('int4', unseen, ({ recorded }) => recorded.version),
    column('text', unseen, ({ recorded }) => recorded.event.type),
    column('int8', unseen, ({ recorded }) => recorded.recordedAt),
    column('uuid', unseen, ({ recorded }) => recorded.id),
    column('text', unseen, ({ recorded }) => recorded.context.actor.id),
    column('text', unseen, ({ recorded }) => recorded.context.correlationId),
    column('text', subjects, ({ agentId }) => agentId),
    column('text', subjects, ({ app }) => app),
    // The bytes of the store: encoded anew, they would have today's schema, and differ from what another release wrote here.
    column('bytea', bytes, ({ context }) => asBuffer(context)),
    column('bytea', bytes, ({ data }) => asBuffer(data)),
  ]
}
