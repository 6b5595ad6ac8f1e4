import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { isNotSetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import type pg from 'pg'
import { type AttemptChange, foldAttempts } from './attempt-changes.ts'

/** Name of the checkpoint that says how far the table has followed the log. */
export const attemptsHandler = 'deadlines'

export interface AttemptTimes {
  /** How long beyond its start deadline an attempt that has not started may be silent. */
  readonly deadlineGraceMs: number
  readonly resendAfterMs: number
}

const clock = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>
}

/**
 * Applies a batch of events to the table, in the event handler's transaction: at most three statements, none if the batch changes no
 * open attempt.
 */
export async function applyToOpenAttempts(client: Queryable, schema: string, times: AttemptTimes, events: readonly RecordedEvent[]): Promise<void> {
  const { opened, updated, closed } = foldAttempts(events)
  if (closed.length > 0) await client.query(`delete from ${schema}.open_attempts where task_id = any($1)`, [closed])
  if (opened.length > 0) await client.query(openSql(schema, times), columnsOf(opened.map((change) => rowOf(change, times))))
  if (updated.length > 0) await client.query(updateSql(schema, times), updateColumns(updated, times))
}

const columns = [
  ['task_id', 'text'],
  ['attempt', 'int'],
  ['agent_id', 'text'],
  ['journal_id', 'text'],
  ['not_after', 'bigint'],
  ['deadline_at', 'bigint'],
  ['lost_after', 'bigint'],
  ['resend_at', 'bigint'],
  ['is_acknowledged', 'boolean'],
  ['is_started', 'boolean'],
  ['is_cancel_requested', 'boolean'],
] as const

/** If the clock was set back, events keep the later time until the clock gets there again. The next resend must not wait for that. */
function resendAt(given: string, { resendAfterMs }: AttemptTimes): string {
  return `least(${given}, ${clock} + ${resendAfterMs})`
}

function openSql(schema: string, times: AttemptTimes): string {
  const names = columns.map(([name]) => name)
  const given = names.map((name) => (name === 'resend_at' ? `case when resend_at is not null then ${resendAt('resend_at', times)} end` : name))
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`)
  const overwrite = names.slice(1).map((name) => `${name} = excluded.${name}`)
  return `insert into ${schema}.open_attempts (${names.join(', ')}) select ${given.join(', ')} from unnest(${arrays.join(', ')}) as opened (${names.join(', ')})
    on conflict (task_id) do update set ${overwrite.join(', ')}, resends = 0`
}

function rowOf(change: AttemptChange, { deadlineGraceMs, resendAfterMs }: AttemptTimes): readonly unknown[] {
  const { taskId, dispatched, isAcknowledged, isStarted, cancelRequestedAt } = change
  if (!dispatched) throw new TypeError('not an opened attempt')
  const { attempt, agentId, journalId, notAfter, deadlineAt } = dispatched.data
  const lostAfter = isStarted ? deadlineAt : notAfter + deadlineGraceMs
  const unansweredSince = cancelRequestedAt ?? (isAcknowledged ? null : dispatched.recordedAt)
  const resendAt = unansweredSince === null ? null : unansweredSince + resendAfterMs
  return [taskId, attempt, agentId, journalId, notAfter, deadlineAt, lostAfter, resendAt, isAcknowledged, isStarted, cancelRequestedAt !== null]
}

function columnsOf(rows: readonly (readonly unknown[])[]): unknown[] {
  return columns.map((_, index) => rows.map((row) => row[index]))
}

function updateSql(schema: string, times: AttemptTimes): string {
  return `update ${schema}.open_attempts as attempt set
      is_acknowledged = attempt.is_acknowledged or change.is_acknowledged,
      is_started = attempt.is_started or change.is_started,
      is_cancel_requested = attempt.is_cancel_requested or change.cancel_resend_at is not null,
      lost_after = case when change.is_started then attempt.deadline_at else attempt.lost_after end,
      resend_at = case
        when change.cancel_resend_at is not null then ${resendAt('change.cancel_resend_at', times)}
        when attempt.is_cancel_requested then attempt.resend_at
        when change.is_acknowledged then null
        else attempt.resend_at end,
      resends = case when change.cancel_resend_at is not null then 0 else attempt.resends end
    from unnest($1::text[], $2::boolean[], $3::boolean[], $4::bigint[]) as change (task_id, is_acknowledged, is_started, cancel_resend_at)
    where attempt.task_id = change.task_id`
}

function updateColumns(changes: readonly AttemptChange[], { resendAfterMs }: AttemptTimes): unknown[] {
  return [
    changes.map(({ taskId }) => taskId),
    changes.map(({ isAcknowledged }) => isAcknowledged),
    changes.map(({ isStarted }) => isStarted),
    changes.map(({ cancelRequestedAt }) => (cancelRequestedAt === null ? null : cancelRequestedAt + resendAfterMs)),
  ]
}

/** A row of the table. */
export interface AttemptRow {
  readonly taskId: string
  readonly attempt: number
  readonly agentId: string
  readonly journalId: string
  readonly isAcknowledged: boolean
  readonly isStarted: boolean
  readonly isCancelRequested: boolean
  /** True if the agent must not start it any more, by the database's clock. */
  readonly isExpired: boolean
}

/** The condition that the stream of a row's task is not set apart: of what is, no row is told. */
export function isTaskReadable(schema: string, taskId = 'task_id'): string {
  return isNotSetApart(schema, attemptsHandler, taskStream(''), taskId)
}

/** The table; all its instants are on the database's clock. */
export interface OpenAttempts {
  /** Returns the attempts whose deadline had passed at an instant, the oldest first. */
  overdue(limit: number, atMs: number): Promise<readonly AttemptRow[]>
  /** Called when the clock was set, or stood still. Each instant in the table keeps about the time that it had left, never less. */
  clockMoved(byMs: number): Promise<void>
  /** Claims the attempts that are due to be sent again, and puts off their next time, twice as long each time, up to 16 times the first. */
  claimResends(limit: number): Promise<readonly AttemptRow[]>
  ofAgents(agentIds: readonly string[]): Promise<readonly AttemptRow[]>
}

const attemptColumns = `task_id as "taskId", attempt, agent_id as "agentId", journal_id as "journalId", is_acknowledged as "isAcknowledged",
  is_started as "isStarted", is_cancel_requested as "isCancelRequested", not_after < ${clock} as "isExpired"`

export function postgresOpenAttempts(pool: pg.Pool, schema: string, resendAfterMs: number): OpenAttempts {
  const table = `${schema}.open_attempts`
  const isReadable = isTaskReadable(schema)
  const read = async (text: string, values: unknown[]) => (await orUnavailable(pool.query<AttemptRow>(text, values))).rows
  return {
    overdue: (limit, atMs) =>
      read(`select ${attemptColumns} from ${table} where lost_after < $2::bigint and ${isReadable} order by lost_after limit $1`, [
        limit,
        Math.round(atMs),
      ]),
    async clockMoved(byMs) {
      // Rows that were written after the clock moved get the time too, because too much time loses nothing. For the same reason no
      // deadline becomes earlier when the clock went back.
      if (byMs > 0) await read(`update ${table} set lost_after = lost_after + $1, deadline_at = deadline_at + $1, resend_at = resend_at + $1`, [byMs])
      else await read(`update ${table} set resend_at = least(resend_at, ${clock} + $1::bigint) where resend_at is not null`, [resendAfterMs])
    },
    claimResends: (limit) =>
      read(
        `update ${table} set resend_at = ${clock} + $2::bigint * (2 ^ least(resends, 4))::bigint, resends = resends + 1
         where task_id in (select task_id from ${table} where resend_at < ${clock} and ${isReadable} order by resend_at limit $1 for update skip locked)
         returning ${attemptColumns}`,
        [limit, resendAfterMs],
      ),
    ofAgents: (agentIds) =>
      read(`select ${attemptColumns} from ${table} where agent_id = any($1) and ${isReadable} order by not_after, task_id`, [agentIds]),
  }
}
