import type pg from 'pg'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { isStorable } from '../../foundation/text.ts'
import { readModel } from '../read-model.ts'
import { column } from '../tables/columns.ts'

/** The run of a cron that an agent told last. */
export interface LastCronRun {
  readonly taskId: string
  /** The instant of its rule; ms since the epoch. */
  readonly fireAt: number
}

interface CronRun extends LastCronRun {
  readonly agentId: string
  readonly cronId: string
  readonly sequence: number
}

/** An agent tells its runs in their order, so the last event of a cron is its last run. */
async function projectCronRuns(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const runs = new Map<string, CronRun>()
  for (const recorded of events) {
    const run = runOf(recorded)
    if (run) runs.set(`${run.agentId}/${run.cronId}`, run)
  }
  if (runs.size === 0) return
  const text = `insert into ${schema}.agent_cron_runs (id, agent_id, cron_id, task_id, fire_at, sequence)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[])
    on conflict (id) do update set task_id = excluded.task_id, fire_at = excluded.fire_at, sequence = excluded.sequence
      where agent_cron_runs.sequence < excluded.sequence`
  const all = [...runs]
  await client.query(text, [
    column('text', all, ([id]) => id),
    column('text', all, ([, { agentId }]) => agentId),
    column('text', all, ([, { cronId }]) => cronId),
    column('text', all, ([, { taskId }]) => taskId),
    column('int8', all, ([, { fireAt }]) => fireAt),
    column('int8', all, ([, { sequence }]) => sequence),
  ])
}

function runOf({ event, stream, position }: RecordedEvent): CronRun | null {
  if (event.type !== 'TaskRequested' || event.data.cronId === null) return null
  const { agentId, cronId, fireAt } = event.data
  return { agentId, cronId, taskId: taskAggregate.idOf(stream) ?? '', fireAt: fireAt ?? 0, sequence: parsePosition(position).sequence }
}

/** Returns the last run of each cron of these agents, by agent and cron. */
async function readLastRuns(
  pool: pg.Pool,
  schema: string,
  agentIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, LastCronRun>>> {
  const text = `select agent_id, cron_id, task_id, fire_at from ${schema}.agent_cron_runs where agent_id = any($1::text[])`
  const { rows } = await pool.query<{ agent_id: string; cron_id: string; task_id: string; fire_at: string }>(text, [agentIds.filter(isStorable)])
  const byAgent = new Map<string, Map<string, LastCronRun>>()
  for (const { agent_id: agentId, cron_id: cronId, task_id: taskId, fire_at: fireAt } of rows) {
    const runs = byAgent.get(agentId) ?? new Map<string, LastCronRun>()
    byAgent.set(agentId, runs.set(cronId, { taskId, fireAt: Number(fireAt) }))
  }
  return byAgent
}

/** The last run of each cron of agents' own. What crons an agent has is part of the agent. */
export const agentCronsReadModel = readModel({
  name: 'agentCrons',
  tables: [{ name: 'agent_cron_runs', key: 'id' }],
  reads: [taskAggregate],
  apply: projectCronRuns,
  queries: { lastRuns: readLastRuns },
})
