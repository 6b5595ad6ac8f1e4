import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'
import { type AddedTask, changesQueues, type FoldedQueues, foldQueues } from './queue-changes.ts'

interface Queryable {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>
}

/** How the log changes the tables of the queue runner. They are fed together with the open attempts: one reader of the log serves all. */
export function queueTasksFeed(schema: string): FedBeside {
  return {
    wants: changesQueues,
    apply: (client, events: readonly RecordedEvent[]) => applyToQueueTasks(client as unknown as Queryable, schema, foldQueues(events)),
  }
}

/** Applies a batch, in the transaction that moves the checkpoint; a batch without tasks of queues costs at most one statement. */
async function applyToQueueTasks(client: Queryable, schema: string, changes: FoldedQueues): Promise<void> {
  const { queues, requested, added, moved, cancelled, ended } = changes
  if (queues.length > 0) await writeQueues(client, schema, changes)
  if (requested.length > 0) {
    const text = `insert into ${schema}.queue_tasks (task_id, queue_id, is_member, state, is_cancelled, open_parents)
      select task_id, queue_id, false, 'HELD', false, 0 from unnest($1::text[], $2::text[]) as one (task_id, queue_id) on conflict do nothing`
    await client.query(text, [requested.map(({ taskId }) => taskId), requested.map(({ queueId }) => queueId)])
  }
  if (added.length > 0) await writeMembers(client, schema, added)
  const touched = await writeStates(client, schema, moved, cancelled, ended)
  const ids = [...touched.map(({ task_id }) => task_id)]
  if (ids.length > 0 || added.some(({ parents }) => parents.length > 0)) {
    await lookAtParents(
      client,
      schema,
      ids,
      added.flatMap(({ taskId, parents }) => (parents.length > 0 ? [taskId] : [])),
    )
  }
}

async function writeQueues(client: Queryable, schema: string, { queues }: FoldedQueues): Promise<void> {
  const text = `insert into ${schema}.queues as q (queue_id, phase, is_running_cancelled, stop_reason, correlation_id)
    select * from unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::text[])
    on conflict (queue_id) do update set phase = excluded.phase, stop_reason = coalesce(excluded.stop_reason, q.stop_reason),
      is_running_cancelled = q.is_running_cancelled or excluded.is_running_cancelled`
  await client.query(text, [
    queues.map(({ queueId }) => queueId),
    queues.map(({ phase }) => phase),
    queues.map(({ isRunningCancelled }) => isRunningCancelled),
    queues.map(({ stopReason }) => stopReason),
    queues.map(({ correlationId }) => correlationId),
  ])
}

async function writeMembers(client: Queryable, schema: string, added: readonly AddedTask[]): Promise<void> {
  // A task whose request can not be read has no row yet; its queue must not end without it.
  const text = `insert into ${schema}.queue_tasks (task_id, queue_id, is_member, state, is_cancelled, open_parents)
    select task_id, queue_id, true, 'HELD', false, 0 from unnest($1::text[], $2::text[]) as one (task_id, queue_id)
    on conflict (task_id) do update set is_member = true`
  await client.query(text, [added.map(({ taskId }) => taskId), added.map(({ queueId }) => queueId)])
  const edges = added.flatMap(({ taskId, parents }) => parents.map((parentId) => [taskId, parentId] as const))
  if (edges.length === 0) return
  const textOfEdges = `insert into ${schema}.queue_dependencies (task_id, parent_id) select * from unnest($1::text[], $2::text[]) on conflict do nothing`
  await client.query(textOfEdges, [edges.map(([taskId]) => taskId), edges.map(([, parentId]) => parentId)])
}

interface Touched {
  readonly task_id: string
}

/** Returns the tasks of queues that have ended with this batch. */
async function writeStates(
  client: Queryable,
  schema: string,
  moved: FoldedQueues['moved'],
  cancelled: readonly string[],
  ended: FoldedQueues['ended'],
): Promise<readonly Touched[]> {
  const open = `state in ('HELD', 'WAITING', 'DISPATCHED')`
  if (moved.size > 0) {
    const text = `update ${schema}.queue_tasks t set state = moved.state from unnest($1::text[], $2::text[]) as moved (task_id, state)
      where t.task_id = moved.task_id and t.${open}`
    await client.query(text, [[...moved.keys()], [...moved.values()]])
  }
  if (cancelled.length > 0) {
    await client.query(`update ${schema}.queue_tasks set is_cancelled = true where task_id = any($1::text[]) and ${open}`, [cancelled])
  }
  if (ended.size === 0) return []
  const text = `update ${schema}.queue_tasks t set state = ended.state from unnest($1::text[], $2::text[]) as ended (task_id, state)
    where t.task_id = ended.task_id and t.${open} returning t.task_id`
  return (await client.query<Touched>(text, [[...ended.keys()], [...ended.values()]])).rows
}

/** Counts the open parents anew of what hangs on ended tasks, and marks all that can't run any more because of one that did not succeed. */
async function lookAtParents(client: Queryable, schema: string, ended: readonly string[], added: readonly string[]): Promise<void> {
  const children = `select task_id from ${schema}.queue_dependencies where parent_id = any($1::text[]) union select unnest($2::text[])`
  await client.query(
    `update ${schema}.queue_tasks t set open_parents = counted.open from (
       select d.task_id, count(*) filter (where p.state is distinct from 'SUCCEEDED')::int as open
       from ${schema}.queue_dependencies d left join ${schema}.queue_tasks p on p.task_id = d.parent_id
       where d.task_id in (${children}) group by d.task_id) as counted
     where t.task_id = counted.task_id`,
    [ended, added],
  )
  await client.query(
    `with recursive hanging (task_id, cause) as (
       (select d.task_id, coalesce(p.failed_above, p.task_id) from ${schema}.queue_dependencies d join ${schema}.queue_tasks p on p.task_id = d.parent_id
        where (d.parent_id = any($1::text[]) or d.task_id = any($2::text[])) and (p.state = 'NOT_SUCCEEDED' or p.failed_above is not null))
       union
       select d.task_id, h.cause from hanging h join ${schema}.queue_dependencies d on d.parent_id = h.task_id
     )
     update ${schema}.queue_tasks t set failed_above = least_of.cause
     from (select task_id, min(cause) as cause from hanging group by task_id) as least_of
     where t.task_id = least_of.task_id and t.failed_above is null`,
    [ended, added],
  )
}
