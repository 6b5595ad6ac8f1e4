import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type { TaskProcessingStarted } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { isTaskReadable } from '../open-attempts/open-attempts.ts'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** A result that an agent hands to a processor, without an outcome so far. */
export interface OpenProcessing {
  readonly taskId: string
  readonly attempt: number
  readonly agentId: string
  /** The journal that has the result. */
  readonly journalId: string
}

export interface OpenProcessings {
  /** Returns those of the agents, by the ids of their tasks, those after an id. */
  ofAgents(agentIds: readonly string[] | 'ALL', afterTaskId: string, limit: number): Promise<readonly OpenProcessing[]>
}

/** How the log changes the table. It is fed together with the open attempts: one reader of the log serves all. */
export function processingFeed(schema: string): FedBeside {
  return { wants: changesProcessing, apply: (client, events) => applyToProcessing(client, `${schema}.open_processing`, events) }
}

function changesProcessing({ event: { type } }: RecordedEvent): boolean {
  return type === 'TaskProcessingStarted' || type === 'TaskProcessed' || type === 'TaskProcessingFailed'
}

async function applyToProcessing(client: pg.ClientBase, table: string, events: readonly RecordedEvent[]): Promise<void> {
  const last = new Map<string, TaskProcessingStarted | null>()
  for (const recorded of events) {
    const taskId = taskAggregate.idOf(recorded.stream)
    if (taskId !== null && changesProcessing(recorded)) last.set(taskId, begunBy(recorded))
  }
  const over = [...last].flatMap(([taskId, begun]) => (begun ? [] : [taskId]))
  const open = [...last].flatMap(([taskId, begun]) => (begun ? [{ taskId, ...begun }] : []))
  if (over.length > 0) await client.query(`delete from ${table} where task_id = any($1::text[])`, [over])
  if (open.length === 0) return
  const text = `insert into ${table} (task_id, attempt, agent_id, journal_id) select * from unnest($1::text[], $2::int[], $3::text[], $4::text[])
    on conflict (task_id) do update set attempt = excluded.attempt, agent_id = excluded.agent_id, journal_id = excluded.journal_id`
  await client.query(text, [
    open.map(({ taskId }) => taskId),
    open.map(({ attempt }) => attempt),
    open.map(({ agentId }) => agentId),
    open.map(({ journalId }) => journalId),
  ])
}

function begunBy({ event }: RecordedEvent): TaskProcessingStarted | null {
  return event.type === 'TaskProcessingStarted' ? event.data : null
}

export function postgresOpenProcessings(pool: pg.Pool, schema: string): OpenProcessings {
  const text = `select task_id as "taskId", attempt, agent_id as "agentId", journal_id as "journalId" from ${schema}.open_processing
    where task_id > $1 and ($2::text[] is null or agent_id = any($2)) and ${isTaskReadable(schema)} order by task_id limit $3`
  return {
    ofAgents: async (agentIds, afterTaskId, limit) => {
      return (await orUnavailable(pool.query<OpenProcessing>(text, [afterTaskId, agentIds === 'ALL' ? null : agentIds, limit]))).rows
    },
  }
}
