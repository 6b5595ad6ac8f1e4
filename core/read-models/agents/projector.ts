import type pg from 'pg'
import { isAnyAgentEvent } from '../../domain/agent-events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { type AgentRow, agentColumns, agentViewOfRow, appNames, enrolmentJson, ownCronsJson } from './agent-row.ts'
import { termsOf } from './agent-terms.ts'
import { type AgentView, agentsOf, aliasOf, evolveAgentView, selectableOf } from './agent-view.ts'

export function projectAgents(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const described = new Set<string>()
  return foldRows(client, schema, events.filter(isAnyAgentEvent), {
    name: 'agents',
    columns: agentColumns,
    viewOf: agentViewOfRow,
    firstSequenceOf: (row: AgentRow) => row.first_sequence,
    idsOf: ({ event }) => agentsOf(event),
    evolve: (view: AgentView | null, id, recorded) => {
      const after = evolveAgentView(view, id, recorded)
      if (!isDescribedAlike(view, after)) described.add(id)
      return after
    },
    write: async (inTransaction, _schema, agents) => {
      await write(inTransaction, schema, agents)
      await writeTerms(
        inTransaction,
        schema,
        agents.filter(({ view }) => described.has(view.id)),
      )
    },
  })
}

/** Most changes of an agent are of its link, and no selector asks for that. */
function isDescribedAlike(before: AgentView | null, after: AgentView): boolean {
  return before?.facts === after.facts && before.enrolment === after.enrolment && aliasOf(before) === aliasOf(after)
}

async function writeTerms(client: pg.ClientBase, schema: string, agents: readonly FoldedRow<AgentView>[]): Promise<void> {
  if (agents.length === 0) return
  const text = `insert into ${schema}.agent_terms as t (id, first_sequence, terms)
    select id, first_sequence, terms::jsonb from unnest($1::text[], $2::int8[], $3::text[]) as given (id, first_sequence, terms)
    on conflict (id) do update set terms = excluded.terms where t.terms <> excluded.terms`
  const values = [
    column('text', agents, ({ view }) => view.id),
    column('int8', agents, ({ firstSequence }) => firstSequence),
    column('text', agents, ({ view }) => JSON.stringify(termsOf(selectableOf(view)))),
  ]
  await client.query({ name: `${schema}.agent_terms.write`, text, values })
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
