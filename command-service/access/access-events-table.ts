import { isAccessEvent } from '@elves/core/access/access-state.ts'
import { bytesOf, decodeEvent } from '@elves/core/eventing/encoded-event.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type { DueTable } from '@elves/core/eventing/process-managers/due-table.ts'
import { isAnySetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { limitEventTypes } from '@elves/core/limits/limits-state.ts'
import type pg from 'pg'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

interface Row {
  readonly id: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly position: string
  readonly recorded_at: string
  readonly context: Buffer
  readonly data: Buffer
}

/** Who may do what, and how much of it. */
const isKept = (type: string) => isAccessEvent(type) || limitEventTypes.includes(type)

/** How the log changes the table of the events that say who may do what, and how much. */
export function accessEventsFeed(schema: string): FedBeside {
  return { wants: ({ event }) => isKept(event.type), apply: (client, events) => keep(client, schema, events) }
}

async function keep(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const text = `insert into ${schema}.access_events (position, id, stream, version, type, recorded_at, context, data)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`
  for (const recorded of events) {
    if (!isKept(recorded.event.type)) continue
    const { position, id, stream, version, event, recordedAt } = recorded
    const { context, data } = bytesOf(recorded)
    await client.query(text, [position, id, stream, version, event.type, recordedAt, context, data])
  }
}

/** So long a process waits for tables that are being made, before it reads the log itself. */
const tableMs = 2_000

/** What reads the events that say who may do what, and how much. */
export interface KeptEvents {
  readonly attemptsTable: Pick<DueTable, 'caughtUp' | 'feeding'>
  readonly store: Pick<EventStore, 'readPrefixed'>
  readonly pool: pg.Pool
  readonly schema: string
}

/**
 * Returns the events of streams of these prefixes in the order of the log, all that there are now: from the table, or from the log where
 * the table is being made from it, which takes as long as the log is. Nobody's task waits for that.
 */
export async function readKeptEvents(
  { attemptsTable, store, pool, schema }: KeptEvents,
  prefixes: readonly string[],
): Promise<readonly RecordedEvent[]> {
  const isMade = attemptsTable.feeding()?.isMade === true
  try {
    await attemptsTable.caughtUp(isMade ? undefined : tableMs)
  } catch (error) {
    if (isMade || asElvesError(error).code !== 'READ_MODEL_BEHIND') throw error
    return store.readPrefixed(prefixes)
  }
  return readAccessEvents(pool, schema, prefixes)
}

/** Returns the events of streams of these prefixes in the order of the log. Throws EVENT_UNREADABLE where a stream of them is set apart. */
async function readAccessEvents(pool: pg.Pool, schema: string, prefixes: readonly string[]): Promise<readonly RecordedEvent[]> {
  const apart = await Promise.all(prefixes.map((prefix) => isAnySetApart(pool, schema, attemptsHandler, prefix)))
  if (apart.includes(true)) throw new ElvesError('EVENT_UNREADABLE', 'an event that says who may do what can not be read')
  const text = `select id, stream, version, type, position, recorded_at, context, data from ${schema}.access_events
    where exists (select from unnest($1::text[]) as prefix where starts_with(stream, prefix)) order by position`
  const { rows } = await orUnavailable(pool.query<Row>(text, [prefixes]))
  return rows.map(({ id, stream, version, type, position, recorded_at, context, data }) => {
    return { id, stream, version, position, recordedAt: Number(recorded_at), ...decodeEvent(type, context, data, { stream, version }) }
  })
}
