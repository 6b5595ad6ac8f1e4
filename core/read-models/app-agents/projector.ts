import type pg from 'pg'
import { agentAppsAggregate } from '../../domain/agent-apps/agent-apps.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { detailsText, viewOfRow } from '../apps/projector.ts'
import { type DetailRow, detailColumns } from '../detail-rows.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { type AppAgentView, appAgentId, evolveAppAgentView } from './app-agent-view.ts'

export async function projectAppAgents(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => agentAppsAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    name: 'app_agents',
    columns: detailColumns,
    firstSequenceOf: (row: DetailRow<string>) => row.made_sequence,
    write,
    viewOf: viewOfRow<AppAgentView>,
    idsOf: ({ event }) => [appAgentId(event.data.app, event.data.agentId)],
    evolve: evolveAppAgentView,
  })
}

function write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<AppAgentView>[]): Promise<unknown> {
  const text = `insert into ${schema}.app_agents (${detailColumns}, app, agent_id, rollout_id)
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details, rollout_id = excluded.rollout_id`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.changedAt).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view }) => detailsText(view)),
    column('text', rows, ({ view }) => view.app),
    column('text', rows, ({ view }) => view.agentId),
    column('text', rows, ({ view }) => view.rolloutId),
  ])
}
