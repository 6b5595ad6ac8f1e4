import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { isNotSetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import type pg from 'pg'
import { attemptsHandler, isTaskReadable } from '../open-attempts/open-attempts.ts'
import type { QueueRowPhase } from './queue-changes.ts'

export interface DueTask {
  readonly taskId: string
  readonly correlationId: string
}

/** The task that is named ended otherwise than SUCCEEDED. */
export interface HangingTask extends DueTask {
  readonly failedAbove: string
}

export interface StoppedTask extends DueTask {
  readonly reason: string | null
}

export interface FinishedQueue {
  readonly queueId: string
  readonly correlationId: string
  readonly outcome: 'SUCCEEDED' | 'FAILED'
}

/** The tables; each list has at most `limit` entries. A queue, or a task, whose stream is set apart is in none, and a queue waits for its tasks. */
export interface QueueTasks {
  /** Tasks of running queues whose parents have all succeeded. */
  ready(limit: number): Promise<readonly DueTask[]>
  /** Tasks of running queues that can't run any more because of one above them. */
  hanging(limit: number): Promise<readonly HangingTask[]>
  /** Tasks of stopped queues that wait. */
  waitingOfStopped(limit: number): Promise<readonly StoppedTask[]>
  /** Tasks that run, of stopped queues whose running tasks are to be cancelled. */
  runningOfStopped(limit: number): Promise<readonly StoppedTask[]>
  /** Tasks that never became part of their queue, and can't any more. */
  leftBehind(limit: number): Promise<readonly DueTask[]>
  /** Queues whose tasks have all ended. */
  finished(limit: number): Promise<readonly FinishedQueue[]>
  /** Removes rows of ended queues; returns how many. */
  removeEnded(limit: number): Promise<number>
  /** Returns the phases that queues are in. */
  phases(): Promise<ReadonlySet<QueueRowPhase>>
}

export function postgresQueueTasks(pool: pg.Pool, schema: string): QueueTasks {
  const [queues, tasks, dependencies] = [`${schema}.queues`, `${schema}.queue_tasks`, `${schema}.queue_dependencies`]
  const read = async <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => (await orUnavailable(pool.query<Row>(text, values))).rows
  const due = `t.task_id as "taskId", q.correlation_id as "correlationId"`
  const isQueueReadable = (queueId: string) => isNotSetApart(schema, attemptsHandler, queueStream(''), queueId)
  const areReadable = `${isTaskReadable(schema, 't.task_id')} and ${isQueueReadable('t.queue_id')}`
  const of = (phase: string) => `${tasks} t join ${queues} q on q.queue_id = t.queue_id and q.phase = '${phase}'`
  const open = `t.state in ('HELD', 'WAITING', 'DISPATCHED')`
  return {
    ready: (limit) =>
      read<DueTask>(
        `select ${due} from ${of('RUNNING')} where t.state = 'HELD' and t.open_parents = 0 and t.is_member and t.failed_above is null
           and ${areReadable} limit $1`,
        [limit],
      ),
    hanging: (limit) =>
      read<HangingTask>(
        `select ${due}, t.failed_above as "failedAbove" from ${of('RUNNING')}
         where t.state = 'HELD' and t.failed_above is not null and t.is_member and ${areReadable} limit $1`,
        [limit],
      ),
    waitingOfStopped: (limit) =>
      read<StoppedTask>(
        `select ${due}, q.stop_reason as reason from ${of('STOPPING')} where t.state in ('HELD', 'WAITING') and ${areReadable} limit $1`,
        [limit],
      ),
    runningOfStopped: (limit) =>
      read<StoppedTask>(
        `select ${due}, q.stop_reason as reason from ${of('STOPPING')}
         where t.state = 'DISPATCHED' and q.is_running_cancelled and not t.is_cancelled and ${areReadable} limit $1`,
        [limit],
      ),
    leftBehind: (limit) =>
      read<DueTask>(
        `select t.task_id as "taskId", coalesce(q.correlation_id, '') as "correlationId" from ${tasks} t left join ${queues} q on q.queue_id = t.queue_id
         where t.state = 'HELD' and not t.is_member and open_parents = 0 and (q.phase is null or q.phase <> 'OPEN') and ${areReadable} limit $1`,
        [limit],
      ),
    finished: (limit) =>
      read<FinishedQueue>(
        `select q.queue_id as "queueId", q.correlation_id as "correlationId",
           case when exists (select from ${tasks} t where t.queue_id = q.queue_id and t.state = 'NOT_SUCCEEDED' and t.is_member)
             then 'FAILED' else 'SUCCEEDED' end as outcome
         from ${queues} q where q.phase in ('RUNNING', 'STOPPING') and ${isQueueReadable('q.queue_id')}
           and not exists (select from ${tasks} t where t.queue_id = q.queue_id and ${open}) limit $1`,
        [limit],
      ),
    async removeEnded(limit) {
      const ended = (await read<{ id: string }>(`select queue_id as id from ${queues} where phase = 'ENDED'`, [])).map(({ id }) => id)
      if (ended.length === 0) return 0
      const text = `with gone as (
          delete from ${tasks} where task_id in (select task_id from ${tasks} where queue_id = any($1::text[]) limit $2) returning task_id
        ), edges as (delete from ${dependencies} d using gone where d.task_id = gone.task_id)
        select count(*)::int as count from gone`
      const [row] = await read<{ count: number }>(text, [ended, limit])
      const count = row?.count ?? 0
      if (count < limit) await read(`delete from ${queues} where queue_id = any($1::text[])`, [ended])
      return count
    },
    async phases() {
      const rows = await read<{ phase: QueueRowPhase }>(`select distinct phase from ${queues}`, [])
      return new Set(rows.map(({ phase }) => phase))
    },
  }
}
