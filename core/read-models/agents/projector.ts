import type pg from 'pg'
import { type AnyAgentEvent, isAnyAgentEvent } from '../../domain/agent-events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { type AgentRow, agentColumns, agentViewOfRow, appNames } from './agent-row.ts'
import { type AgentView, agentsOf, evolveAgentView } from './agent-view.ts'

/** An agent that the batch touches. */
interface Touched {
  readonly view: AgentView
  readonly firstSequence: number
}

export async function projectAgents(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const agentEvents = events.filter(isAnyAgentEvent)
  if (agentEvents.length === 0) return
  const touched = await load(client, schema, agentEvents)
  const counters = new CounterChanges()
  const changed = new Set<string>()
  for (const recorded of agentEvents) {
    for (const id of agentsOf(recorded.event)) if (fold(touched, id, recorded, counters)) changed.add(id)
  }
  await write(
    client,
    schema,
    [...touched.values()].filter(({ view }) => changed.has(view.id)),
  )
  await counters.write(client, schema)
}

/** Returns true if the event changes the agent; a repeated delivery does not. */
function fold(touched: Map<string, Touched>, id: string, recorded: RecordedEvent<AnyAgentEvent>, counters: CounterChanges): boolean {
  const agent = touched.get(id)
  const view = evolveAgentView(agent?.view ?? null, id, recorded)
  if (view === agent?.view) return false
  const { sequence } = parsePosition(recorded.position)
  counters.transition('agents', agent?.view.state ?? null, view.state, sequence)
  touched.set(id, { view, firstSequence: agent?.firstSequence ?? sequence })
  return true
}

async function load(client: pg.ClientBase, schema: string, events: readonly RecordedEvent<AnyAgentEvent>[]): Promise<Map<string, Touched>> {
  const ids = [...new Set(events.flatMap(({ event }) => agentsOf(event)))]
  const text = `SELECT ${agentColumns} FROM ${schema}.agents WHERE id = ANY($1::text[])`
  const { rows } = await client.query<AgentRow>({ name: `${schema}.agents.load`, text, values: [column('text', ids, (id) => id)] })
  const { logId } = parsePosition(events[0]?.position ?? '')
  return new Map(rows.map((row) => [row.id, { view: agentViewOfRow(row, logId), firstSequence: Number(row.first_sequence) }]))
}

async function write(client: pg.ClientBase, schema: string, agents: readonly Touched[]): Promise<void> {
  if (agents.length === 0) return
  const text = `INSERT INTO ${schema}.agents (id, first_sequence, sequence, ip, state, connected_at, apps, facts)
    SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::text[])
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, ip = excluded.ip, state = excluded.state,
      connected_at = excluded.connected_at, apps = excluded.apps, facts = excluded.facts`
  const values = [
    column('text', agents, ({ view }) => view.id),
    column('int8', agents, ({ firstSequence }) => firstSequence),
    column('int8', agents, ({ view }) => parsePosition(view.position).sequence),
    column('text', agents, ({ view }) => view.ip),
    column('text', agents, ({ view }) => view.state),
    column('int8', agents, ({ view }) => view.connectedAt),
    column('text', agents, ({ view }) => appNames(view.facts)),
    column('text', agents, ({ view }) => JSON.stringify(view.facts)),
  ]
  await client.query({ name: `${schema}.agents.write`, text, values })
}
