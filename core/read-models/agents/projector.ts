import type pg from 'pg'
import { isAnyAgentEvent } from '../../domain/agent-events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { type AgentRow, agentColumns, agentViewOfRow, appNames, enrolmentJson, ownCronsJson } from './agent-row.ts'
import { type AgentView, agentsOf, evolveAgentView } from './agent-view.ts'

export function projectAgents(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  return foldRows(client, schema, events.filter(isAnyAgentEvent), {
    name: 'agents',
    columns: agentColumns,
    viewOf: agentViewOfRow,
    firstSequenceOf: (row: AgentRow) => row.first_sequence,
    idsOf: ({ event }) => agentsOf(event),
    evolve: (view: AgentView | null, id, recorded) => evolveAgentView(view, id, recorded),
    write,
  })
}

async function write(client: pg.ClientBase, schema: string, agents: readonly FoldedRow<AgentView>[]): Promise<void> {
  const text = `INSERT INTO ${schema}.agents (id, first_sequence, sequence, ip, state, connected_at, apps, facts, own_crons, enrolment)
    SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::text[], $9::text[], $10::text[])
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, ip = excluded.ip, state = excluded.state,
      connected_at = excluded.connected_at, apps = excluded.apps, facts = excluded.facts, own_crons = excluded.own_crons,
      enrolment = excluded.enrolment`
  const values = [
    column('text', agents, ({ view }) => view.id),
    column('int8', agents, ({ firstSequence }) => firstSequence),
    column('int8', agents, ({ view }) => parsePosition(view.position).sequence),
    column('text', agents, ({ view }) => view.ip),
    column('text', agents, ({ view }) => view.state),
    column('int8', agents, ({ view }) => view.connectedAt),
    column('text', agents, ({ view }) => appNames(view.facts)),
    column('text', agents, ({ view }) => JSON.stringify(view.facts)),
    column('text', agents, ({ view }) => ownCronsJson(view)),
    column('text', agents, ({ view }) => enrolmentJson(view)),
  ]
  await client.query({ name: `${schema}.agents.write`, text, values })
}
