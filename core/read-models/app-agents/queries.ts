import type pg from 'pg'
import type { RolloutCounts } from '../../domain/app/commands.ts'
import { isStorable } from '../../foundation/text.ts'
import { viewOfRow } from '../apps/projector.ts'
import { type DetailRow, detailColumns } from '../detail-rows.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { addVisibleTasks, type Visible, visibleTasks } from '../visible.ts'
import type { AppAgentStateName, AppAgentView } from './app-agent-view.ts'

export interface AppAgentsFilter {
  readonly states?: readonly AppAgentStateName[]
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

type Row = DetailRow<string> & WithLogId

/** Agents that have or had an app, the last one first; with a moment, those that {@link readListed} returns of it. */
export async function readAgentsOfApp(
  pool: pg.Pool,
  schema: string,
  app: string,
  { states, visible }: AppAgentsFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<AppAgentView>> {
  checkPage(page)
  const asked = listConditions()
  const conditions = asked.fixed
  conditions.add(`app = ${conditions.value(app)}::text`)
  if (visible) addVisibleTasks(conditions, schema, await visibleTasks(pool, schema, visible))
  asked.changing.anyOf('state', states)
  if (page.after !== null) conditions.add(`made_sequence < ${conditions.value(placeOf('app-agents', page.after))}::int8`)
  const columns = `${detailColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.app_agents`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, AppAgentView>(pool, source, asked, page, past, {
    list: 'app-agents',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: viewOfRow<AppAgentView>(row, row.log_id) }),
  })
}

/** Apps of the center on one agent, by name. */
export async function readAppsOfAgent(pool: pg.Pool, schema: string, agentId: string): Promise<readonly AppAgentView[]> {
  if (!isStorable(agentId)) return []
  const text = `select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.app_agents where agent_id = $1 order by app`
  const { rows } = await pool.query<Row>(text, [agentId])
  return rows.map((row) => viewOfRow<AppAgentView>(row, row.log_id))
}

/** How far the agents are that a rollout has reached. */
export async function countAgentsOfRollout(pool: pg.Pool, schema: string, rolloutId: string): Promise<RolloutCounts> {
  const text = `select state, count(*)::int as count from ${schema}.app_agents where rollout_id = $1 group by state`
  const { rows } = await pool.query<{ state: AppAgentStateName; count: number }>(text, [rolloutId])
  const of = (state: AppAgentStateName) => rows.find((row) => row.state === state)?.count ?? 0
  return { installed: of('INSTALLED'), failed: of('FAILED'), waiting: of('PENDING') }
}
