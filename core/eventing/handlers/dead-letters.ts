import type pg from 'pg'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import { withoutNul } from '../../foundation/text.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { eventingSchema } from '../postgres/eventing-schema.ts'
import { inTransaction } from '../postgres/transaction.ts'

/** An event that a handler could not handle, with the reason. */
export interface DeadLetter {
  readonly id: number
  readonly handler: string
  readonly position: Position
  /** Null: not known. */
  readonly stream: string | null
  readonly version: number | null
  readonly type: string | null
  readonly code: string
  readonly message: string
  /** Number of tries. */
  readonly attempts: number
  /** ms since the epoch. */
  readonly parkedAt: number
}

/** Which event is parked, so far as it is known. */
export interface ParkedEvent {
  readonly position: Position
  readonly stream?: string
  readonly version?: number
  readonly type?: string | null
}

/** Parked events of handlers for which one bad event must not stop the others. */
export interface DeadLetters {
  /** Parks an event, in the transaction that moves the checkpoint past it. If the event is parked already, counts another attempt. */
  park(client: pg.ClientBase, handler: string, event: ParkedEvent, thrown: unknown): Promise<void>
  /** Oldest first. */
  list(handler: string, limit: number): Promise<readonly DeadLetter[]>
  /** Null: no dead letter has this id. */
  find(id: number): Promise<DeadLetter | null>
  /** Notes that nobody needs to look at it any more. It stays parked. */
  setAside(id: number, reason: string | null): Promise<void>
  /**
   * Handles a parked event once more and removes it, in one transaction. If `apply` throws, the error is noted and thrown.
   * Throws NOT_FOUND, or EVENT_UNREADABLE while this release can not read the event.
   */
  replay(id: number, apply: (client: pg.PoolClient, event: RecordedEvent) => Promise<void>): Promise<void>
}

const columns = `id, handler, position, stream, stream_version as version, type, code, message, attempts, (extract(epoch from parked_at) * 1000)::bigint as parked_at`

interface Row extends Omit<DeadLetter, 'id' | 'parkedAt'> {
  readonly id: string
  readonly parked_at: string
}

export function deadLetters({ store, pool, schema = eventingSchema }: { store: EventStore; pool: pg.Pool; schema?: string }): DeadLetters {
  const park: DeadLetters['park'] = async (client, handler, { position, stream = null, version = null, type = null }, thrown) => {
    const { code, message } = asElvesError(thrown)
    await client.query(
      `insert into ${schema}.dead_letters as d (handler, position, code, message, stream, stream_version, type) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (handler, position) do update set code = excluded.code, message = excluded.message, attempts = d.attempts + 1`,
      // The error message of user code may hold anything, and must not keep its event from being parked.
      [handler, position, code, withoutNul(message), stream, version, type],
    )
  }
  return {
    park,
    async list(handler, limit) {
      const { rows } = await pool.query<Row>(`select ${columns} from ${schema}.dead_letters where handler = $1 order by id limit $2`, [
        handler,
        limit,
      ])
      return rows.map(fromRow)
    },
    async find(id) {
      const { rows } = await pool.query<Row>(`select ${columns} from ${schema}.dead_letters where id = $1`, [id])
      return rows[0] ? fromRow(rows[0]) : null
    },
    async setAside(id, reason) {
      await pool.query(`update ${schema}.dead_letters set set_aside_at = now(), set_aside_reason = $2 where id = $1`, [
        id,
        reason && withoutNul(reason),
      ])
    },
    async replay(id, apply) {
      let letter: DeadLetter | undefined
      try {
        await inTransaction(pool, async (client) => {
          const { rows } = await client.query<Row>(`select ${columns} from ${schema}.dead_letters where id = $1 for update`, [id])
          if (!rows[0]) throw new ElvesError('NOT_FOUND', `no dead letter has the id ${id}`)
          letter = fromRow(rows[0])
          await apply(client, await eventAt(store, letter.position))
          await client.query(`delete from ${schema}.dead_letters where id = $1`, [id])
        })
      } catch (error) {
        const { handler, position } = letter ?? {}
        if (handler && position) await inTransaction(pool, (client) => park(client, handler, { position }, error))
        throw error
      }
    },
  }
}

/** Reads the event at a position from the event before it: a store can surely read from the position of an event. */
async function eventAt(store: EventStore, position: Position): Promise<RecordedEvent> {
  const [before] = await store.readAll({ from: position, direction: 'backwards', limit: 1 })
  const [event] = await store.readAll({ from: before?.position ?? null, direction: 'forwards', limit: 1 })
  if (event?.position !== position) throw new ElvesError('NOT_FOUND', 'the parked event is not in this log', { facts: { position } })
  return event
}

function fromRow({ parked_at, ...row }: Row): DeadLetter {
  return { ...row, id: Number(row.id), parkedAt: Number(parked_at) }
}
