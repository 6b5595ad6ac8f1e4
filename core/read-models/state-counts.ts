import type pg from 'pg'
import type { AgentState } from './agents/agent-view.ts'
import type { Counters } from './read-models.ts'
import type { TaskState } from './tasks/task-view.ts'

const noTasks: Record<TaskState, number> = {
  REQUESTED: 0,
  DISPATCHED: 0,
  ACKNOWLEDGED: 0,
  RUNNING: 0,
  SUCCEEDED: 0,
  FAILED: 0,
  TIMED_OUT: 0,
  CANCELLED: 0,
  REJECTED: 0,
  LOST: 0,
}
const noAgents: Record<AgentState, number> = { PENDING: 0, CONNECTED: 0, OFFLINE: 0, LOST: 0, REVOKED: 0, REMOVED: 0 }

export async function readCounters(pool: pg.Pool, schema: string): Promise<Counters> {
  const { rows } = await pool.query<{ name: string; value: string }>(`select name, value from ${schema}.counters`)
  const values = new Map(rows.map(({ name, value }) => [name, Number(value)]))
  return {
    tasksByState: byState('tasks', noTasks, values),
    agentsByState: byState('agents', noAgents, values),
    events: values.get('events') ?? 0,
  }
}

function byState<State extends string>(kind: string, none: Record<State, number>, values: ReadonlyMap<string, number>): Record<State, number> {
  const states = Object.keys(none) as State[]
  return Object.fromEntries(states.map((state) => [state, values.get(`${kind}.${state}`) ?? 0])) as Record<State, number>
}
