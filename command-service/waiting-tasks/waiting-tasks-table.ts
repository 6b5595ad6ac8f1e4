import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'
import { isTaskReadable } from '../open-attempts/open-attempts.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'
import { changesWaiting, foldWaits, type WaitingChange } from './waiting-changes.ts'

/** A row of the table. */
export interface WaitingRow {
  readonly taskId: string
  /** The attempt that it waits for. */
  readonly attempt: number
  readonly agentId: string
}

/** The table; all its instants are on the database's clock. */
export interface WaitingTasks {
  /** Notes that the delays are over that had passed at an instant. Returns the agents of those tasks. */
  delaysOver(atMs: number): Promise<readonly string[]>
  /** Returns all agents that a task waits for now. */
  agents(): Promise<readonly string[]>
  /** Returns tasks of these agents that may be dispatched at an instant, by their ids, those after an id. */
  ofAgents(agentIds: readonly string[], afterTaskId: string, atMs: number, limit: number): Promise<readonly WaitingRow[]>
  /** Returns those of these tasks that wait, in their order. */
  ofTasks(taskIds: readonly string[]): Promise<readonly WaitingRow[]>
  /** Returns tasks whose time had run out at an instant, the oldest first. `withRetries` false: only those whose first attempt waits. */
  expired(atMs: number, withRetries: boolean, limit: number): Promise<readonly WaitingRow[]>
  /** Returns the next instant after the given one at which a delay is over or a time runs out; null if nothing waits. */
  nextAfter(atMs: number): Promise<number | null>
  /** Called when the clock was set, or stood still. Each wait keeps about the time that it had left, never less. */
  clockMoved(byMs: number): Promise<void>
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>
}

const clock = `(extract(epoch from clock_timestamp()) * 1000)::bigint`
/** A batch of events further ahead of the clock than this: the clock was set back after them. */
const aheadMs = 1_000

/** How the log changes the table. It is fed together with the open attempts: one reader of the log serves both. */
export function waitingTasksFeed(schema: string): FedBeside {
  return {
    wants: changesWaiting,
    apply: (client, events) => applyToWaitingTasks(client, schema, events),
  }
}

/** Applies a batch, in the transaction that moves the checkpoint: at most two statements, none if the batch changes nothing that waits. */
async function applyToWaitingTasks(client: Queryable, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const { begun, over } = foldWaits(events)
  if (over.length > 0) await client.query(`delete from ${schema}.waiting_tasks where task_id = any($1)`, [over])
  if (begun.length > 0) await client.query(insertSql(schema), columnsOf(begun))
}

function insertSql(schema: string): string {
  // An event that is ahead of the clock was written before the clock was set back.
  const capped = (instant: string, length: string) => `case when recorded_at > ${clock} + ${aheadMs} then ${clock} + ${length} else ${instant} end`
  return `insert into ${schema}.waiting_tasks (task_id, attempt, agent_id, is_retry, not_before, start_before, delay_ms, window_ms)
    select task_id, attempt, agent_id, is_retry, case when not_before is not null then ${capped('not_before', 'delay_ms')} end,
      ${capped('start_before', 'window_ms')}, delay_ms, window_ms
    from unnest($1::text[], $2::int[], $3::text[], $4::boolean[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
      as begun (task_id, attempt, agent_id, is_retry, not_before, start_before, delay_ms, window_ms, recorded_at)
    on conflict (task_id) do update set attempt = excluded.attempt, agent_id = excluded.agent_id, is_retry = excluded.is_retry,
      not_before = excluded.not_before, start_before = excluded.start_before, delay_ms = excluded.delay_ms, window_ms = excluded.window_ms`
}

function columnsOf(begun: readonly WaitingChange[]): unknown[] {
  const rows = begun.map(({ taskId, data, recordedAt }) => {
    const { attempt, agentId, reason, notBefore, startBefore } = data
    const window = startBefore ?? Number.MAX_SAFE_INTEGER
    const delayMs = notBefore === null ? 0 : Math.max(0, notBefore - recordedAt)
    return [taskId, attempt, agentId, reason === 'RETRY', notBefore, window, delayMs, Math.max(0, window - recordedAt), recordedAt]
  })
  return Array.from({ length: 9 }, (_, index) => rows.map((row) => row[index]))
}

const rowColumns = `task_id as "taskId", attempt, agent_id as "agentId"`

export function postgresWaitingTasks(pool: pg.Pool, schema: string): WaitingTasks {
  const table = `${schema}.waiting_tasks`
  const read = async <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => (await orUnavailable(pool.query<Row>(text, values))).rows
  const isReadable = isTaskReadable(schema)
  const agentsOf = (rows: readonly { agentId: string }[]) => [...new Set(rows.map(({ agentId }) => agentId))]
  return {
    async delaysOver(atMs) {
      const text = `update ${table} set not_before = null where not_before <= $1::bigint and ${isReadable} returning agent_id as "agentId"`
      return agentsOf(await read<{ agentId: string }>(text, [Math.round(atMs)]))
    },
    async agents() {
      return agentsOf(
        await read<{ agentId: string }>(`select distinct agent_id as "agentId" from ${table} where not_before is null and ${isReadable}`, []),
      )
    },
    ofAgents: (agentIds, afterTaskId, atMs, limit) =>
      read<WaitingRow>(
        `select ${rowColumns} from ${table} where agent_id = any($1) and task_id > $2 and not_before is null and ${isReadable}
           and (is_retry or start_before > $3::bigint) order by task_id limit $4`,
        [agentIds, afterTaskId, Math.round(atMs), limit],
      ),
    ofTasks: (taskIds) =>
      read<WaitingRow>(
        `select ${rowColumns} from unnest($1::text[]) with ordinality as asked (id, place) join ${table} on task_id = asked.id
         where not_before is null and ${isReadable} order by asked.place`,
        [taskIds],
      ),
    expired: (atMs, withRetries, limit) =>
      read<WaitingRow>(
        `select ${rowColumns} from ${table} where start_before <= $1::bigint and not_before is null and (not is_retry or $2) and ${isReadable}
         order by start_before limit $3`,
        [Math.round(atMs), withRetries, limit],
      ),
    async nextAfter(atMs) {
      // Not min(): with a condition on another table it would not come from the index.
      const first = (instant: string, after: string) =>
        `(select ${instant} from ${table} where ${after} and ${isReadable} order by ${instant} limit 1)`
      const text = `select least(${first('not_before', 'not_before is not null')}, ${first('start_before', 'start_before > $1::bigint')})::text as next`
      const [row] = await read<{ next: string | null }>(text, [Math.round(atMs)])
      return row?.next ? Number(row.next) : null
    },
    async clockMoved(byMs) {
      if (byMs > 0) await read(`update ${table} set not_before = not_before + $1::bigint, start_before = start_before + $1::bigint`, [byMs])
      else {
        const text = `update ${table} set not_before = least(not_before, ${clock} + delay_ms), start_before = least(start_before, ${clock} + window_ms)`
        await read(text, [])
      }
    },
  }
}
