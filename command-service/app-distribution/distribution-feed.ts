import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { type AgentAppEvent, agentAppsAggregate } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { type AnyAgentEvent, isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { appAggregate } from '@elves/core/domain/app/app.ts'
import type { AppEvent } from '@elves/core/domain/app/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type pg from 'pg'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** Events of agents that change nothing that a selector or a binding looks at. */
const passedOver: ReadonlySet<string> = new Set<AnyAgentEvent['type']>([
  'AgentDisconnected',
  'AgentLost',
  'AgentRecovered',
  'AgentDuplicateRefused',
  'AgentKeyRefused',
  'AgentInstructionRefused',
  'AgentCronsChanged',
  'AgentCronRunsDropped',
])

/** How the log changes the tables of the distribution. They are fed together with the open attempts: one reader of the log serves all. */
export function distributionFeed(schema: string): FedBeside {
  return {
    wants: (event) =>
      appAggregate.isEvent(event) || agentAppsAggregate.isEvent(event) || (isAnyAgentEvent(event) && !passedOver.has(event.event.type)),
    async apply(client, events) {
      await applyToAgents(client, schema, events.filter((event) => isAnyAgentEvent(event) && !passedOver.has(event.event.type)) as AgentEvents)
      for (const event of events) {
        if (appAggregate.isEvent(event)) await applyToApps(client, schema, event)
        else if (agentAppsAggregate.isEvent(event)) await applyToAppsOfAgents(client, schema, event)
      }
    },
  }
}

type AgentEvents = readonly RecordedEvent<AnyAgentEvent>[]

async function applyToAgents(client: pg.ClientBase, schema: string, events: AgentEvents): Promise<void> {
  const ids = [...new Set(events.flatMap(({ event }) => agentsOf(event)))]
  if (ids.length === 0) return
  const { rows } = await client.query<{ id: string; view: string }>(`select id, view from ${schema}.selectable_agents where id = any($1::text[])`, [
    ids,
  ])
  const views = new Map(rows.map(({ id, view }) => [id, JSON.parse(view) as AgentView]))
  const changed = new Set<string>()
  const begun = new Set<string>()
  for (const recorded of events) {
    for (const id of agentsOf(recorded.event)) {
      const before = views.get(id) ?? null
      // That it is connected is looked up where it matters.
      if (recorded.event.type === 'AgentConnected' && before !== null && before.state !== 'REMOVED') continue
      const after = evolveAgentView(before, id, recorded)
      if (recorded.version === 0 && recorded.stream === agentStream(id)) begun.add(id)
      if (after === before) continue
      views.set(id, { ...after, crons: null })
      changed.add(id)
    }
  }
  const written = [...changed].flatMap((id) => views.get(id) ?? [])
  const text = `insert into ${schema}.selectable_agents as a (id, sequence, view, is_whole) select * from unnest($1::text[], $2::int8[], $3::text[], $4::bool[])
    on conflict (id) do update set sequence = excluded.sequence, view = excluded.view, is_whole = a.is_whole or excluded.is_whole`
  await client.query(text, [
    written.map(({ id }) => id),
    written.map(({ position }) => parsePosition(position).sequence),
    written.map((view) => JSON.stringify(view)),
    written.map(({ id }) => begun.has(id)),
  ])
}

async function applyToApps(client: pg.ClientBase, schema: string, { event, position, recordedAt }: RecordedEvent<AppEvent>): Promise<void> {
  const endedAt = event.type === 'RolloutBatchEnded' ? recordedAt : null
  const text = `insert into ${schema}.distributed_apps as d (name, sequence, batch_ended_at) values ($1, $2, coalesce($3::int8, 0))
    on conflict (name) do update set sequence = excluded.sequence, batch_ended_at = coalesce($3::int8, d.batch_ended_at)`
  await client.query(text, [event.data.app, parsePosition(position).sequence, endedAt])
}

async function applyToAppsOfAgents(
  client: pg.ClientBase,
  schema: string,
  { event, position, recordedAt }: RecordedEvent<AgentAppEvent>,
): Promise<void> {
  const { agentId, app } = event.data
  const { sequence } = parsePosition(position)
  const table = `${schema}.apps_of_agents`
  const change = (set: string, ...values: unknown[]) =>
    client.query(`update ${table} set sequence = $3, ${set} where agent_id = $1 and app = $2`, [agentId, app, sequence, ...values])
  switch (event.type) {
    case 'AgentAppWanted':
      await client.query(
        `insert into ${table} (agent_id, app, sequence, wanted, outcome) values ($1, $2, $3, $4, 'PENDING')
         on conflict (agent_id, app) do update set sequence = excluded.sequence, wanted = excluded.wanted, outcome = 'PENDING'`,
        [agentId, app, sequence, event.data.version],
      )
      return
    case 'AgentAppUnwanted':
      await change(`wanted = null, outcome = 'PENDING'`)
      return
    case 'AgentAppInstalled':
      await change(`installed = $4, outcome = case when wanted = $4 then 'INSTALLED' else outcome end`, event.data.version)
      return
    case 'AgentAppDownloaded':
      await change(`outcome = 'DOWNLOADED'`)
      return
    case 'AgentAppSwitching':
      await change(`outcome = 'SWITCHING', switching_at = $4`, recordedAt)
      return
    case 'AgentAppFailed':
      await change(`outcome = 'FAILED'`)
      return
    case 'AgentAppRemoved':
      await change(`installed = null, outcome = 'PENDING'`)
  }
}
