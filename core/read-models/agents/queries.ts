import { isIPv4 } from 'node:net'
import type pg from 'pg'
import { parseSelector } from '../../domain/selectors/selector.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { isStorable } from '../../foundation/text.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { type Visible, visibleAgents } from '../visible.ts'
import { type AgentRow, agentColumns, agentViewOfRow } from './agent-row.ts'
import type { AgentStateName, AgentView } from './agent-view.ts'
import { addIsSelected, addSelected, type Nearest } from './selected.ts'

export interface AgentFilter {
  readonly ids?: readonly string[]
  readonly ips?: readonly string[]
  readonly states?: readonly AgentStateName[]
  readonly apps?: readonly string[]
  /** A selector as text; SELECTOR_INVALID where it is none. */
  readonly selector?: string
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

export interface AgentListing extends AgentView {
  /** From the liveness table, which is not a read model; ms since the epoch. */
  readonly lastSeenAt: number | null
}

type Row = AgentRow & WithLogId

export async function readAgent(pool: pg.Pool, schema: string, idOrIp: string): Promise<AgentListing | null> {
  if (!isStorable(idOrIp)) return null
  const column = isIPv4(idOrIp) ? `state <> 'REMOVED' and ip` : 'id'
  const text = `select ${agentColumns}, ${logIdColumn(schema)} from ${schema}.agents where ${column} = $1 and $1 <> ''`
  const { rows } = await pool.query<Row>(text, [idOrIp])
  const [row] = rows
  if (!row) return null
  const lastSeen = await readLastSeen(pool, [row.id])
  return readable('agents', row.id, () => listingOf(row, lastSeen))
}

export async function readAgentsById(
  pool: pg.Pool,
  schema: string,
  ids: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, AgentListing | ElvesError>> {
  // The facts of an agent may be large: facts beyond the bytes are not read.
  const text = `select *, octets_so_far <= $2 as is_within from (
      select ${agentColumns}, ${logIdColumn(schema)}, sum(octet_length(facts) + octet_length(own_crons) + octet_length(enrolment)) over (order by id rows unbounded preceding) as octets_so_far
      from ${schema}.agents where id = any($1::text[])) as counted`
  const within = `select id, first_sequence, sequence, ip, state, connected_at, case when is_within then facts end as facts,
      case when is_within then own_crons end as own_crons, case when is_within then enrolment end as enrolment, log_id from (${text}) as found`
  const { rows } = await pool.query<Omit<Row, 'facts'> & { facts: string | null }>(within, [ids.filter(isStorable), maxBytes])
  const found = rows.map(({ id }) => id)
  const lastSeen = await readLastSeen(pool, found)
  return new Map(rows.map(({ facts, ...row }) => [row.id, facts === null ? beyondBytes(row.id) : listingOrError({ ...row, facts }, lastSeen)]))
}

function listingOrError(row: Row, lastSeen: ReadonlyMap<string, number>): AgentListing | ElvesError {
  try {
    return readable('agents', row.id, () => listingOf(row, lastSeen))
  } catch (error) {
    return error as ElvesError
  }
}

function beyondBytes(id: string): ElvesError {
  return new ElvesError('ANSWER_TOO_LARGE', 'the agent is beyond the bytes that one answer may have', { facts: { agentId: id } })
}

/** Most agents that a page with a selector looks at before it looks for all. */
const nearestAgents = 1_000

/** Returns a page of agents, the one that came last first; with a moment, those that {@link readListed} returns of it. */
export async function readAgents(
  pool: pg.Pool,
  schema: string,
  filter: AgentFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<AgentListing>> {
  checkPage(page)
  if (past === null && !areNamed(filter) && (filter.selector || filter.visible)) {
    // A selector that selects many fills its page here; to find all of them first would take ten times as long.
    const near = await readAgentsOf(pool, schema, filter, page, { past, nearest: { before: placeAfter(page), count: nearestAgents } })
    if (near.hasNextPage) return near
  }
  return readAgentsOf(pool, schema, filter, page, { past, nearest: null })
}

function areNamed({ ids, ips }: AgentFilter): boolean {
  return ids !== undefined || ips !== undefined
}

function placeAfter({ after }: PageRequest): number | null {
  return after === null ? null : placeOf('agents', after)
}

async function readAgentsOf(
  pool: pg.Pool,
  schema: string,
  filter: AgentFilter,
  page: PageRequest,
  { past, nearest }: { readonly past: PastMoment | null; readonly nearest: Nearest | null },
): Promise<Page<AgentListing>> {
  const asked = listConditions()
  const { fixed, changing: conditions } = asked
  fixed.anyOf('id', filter.ids)
  conditions.anyOf('ip', filter.ips)
  conditions.anyOf('state', filter.states)
  // Removed agents are left out unless a filter asks for their state; an ip never names a removed agent.
  if (!filter.states || filter.ips) conditions.add(`state <> 'REMOVED'`)
  if (filter.apps) conditions.add(`string_to_array(apps, '/') && ${conditions.value(filter.apps.filter(isStorable))}::text[]`)
  const selector = filter.selector === undefined ? [] : [[parseSelector(filter.selector)]]
  const visible = visibleAgents(filter.visible)
  if (areNamed(filter)) addIsSelected(fixed, schema, visible)
  else addSelected(fixed, schema, past === null ? [...selector, ...visible] : visible, nearest)
  if (areNamed(filter) || past !== null) addIsSelected(conditions, schema, selector)
  const before = placeAfter(page)
  if (before !== null) fixed.add(`first_sequence < ${fixed.value(before)}::int8`)
  const source = {
    columns: `${agentColumns}, ${logIdColumn(schema)}`,
    table: `${schema}.agents`,
    large: ['facts', 'own_crons', 'enrolment'],
    place: 'first_sequence',
    direction: 'desc',
  } as const
  let lastSeen: ReadonlyMap<string, number> = new Map()
  return readListed<Row & ListedRow, AgentListing>(pool, source, asked, page, past, {
    list: 'agents',
    prepare: async (rows) => {
      const ids = rows.map(({ id }) => id)
      lastSeen = past === null ? await readLastSeen(pool, ids) : lastSeen
    },
    place: (row) => Number(row.first_sequence),
    read: (row) => ({ node: listingOf(row, lastSeen) }),
  })
}

function listingOf(row: Row, lastSeen: ReadonlyMap<string, number>): AgentListing {
  return { ...agentViewOfRow(row, row.log_id), lastSeenAt: lastSeen.get(row.id) ?? null }
}

/** Reads the liveness table of the write side. The table does not exist before the first run of command-service. */
async function readLastSeen(pool: pg.Pool, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const text = `select agent_id as id, (extract(epoch from last_seen_at) * 1000)::int8 as at from elves.agent_liveness where agent_id = any($1::text[])`
  try {
    const { rows } = await pool.query<{ id: string; at: string }>(text, [ids])
    return new Map(rows.map(({ id, at }) => [id, Number(at)]))
  } catch (error) {
    if (isMissingTable(error)) return new Map()
    throw error
  }
}

function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '42P01' || error.code === '3F000')
}
