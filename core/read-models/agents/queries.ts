import { isIPv4 } from 'node:net'
import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { Conditions } from '../paging/conditions.ts'
import { checkPage, pageOf, placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import type { AgentFilter, AgentListing, Page, PageRequest } from '../read-models.ts'
import { type AgentRow, agentColumns, viewOfRow } from './agent-row.ts'

type Row = AgentRow & WithLogId

export async function readAgent(pool: pg.Pool, schema: string, idOrIp: string): Promise<AgentListing | null> {
  if (!isStorable(idOrIp)) return null
  const column = isIPv4(idOrIp) ? `state <> 'REMOVED' and ip` : 'id'
  const text = `select ${agentColumns}, ${logIdColumn(schema)} from ${schema}.agents where ${column} = $1 and $1 <> ''`
  const { rows } = await pool.query<Row>(text, [idOrIp])
  const [listing] = await listings(pool, rows)
  return listing ?? null
}

export async function readAgentsById(pool: pg.Pool, schema: string, ids: readonly string[]): Promise<readonly AgentListing[]> {
  const text = `select ${agentColumns}, ${logIdColumn(schema)} from ${schema}.agents where id = any($1::text[])`
  const { rows } = await pool.query<Row>(text, [ids.filter(isStorable)])
  return listings(pool, rows)
}

/** The one that came last first. */
export async function readAgents(pool: pg.Pool, schema: string, filter: AgentFilter, page: PageRequest): Promise<Page<AgentListing>> {
  checkPage(page)
  const conditions = new Conditions()
  conditions.anyOf('id', filter.ids)
  conditions.anyOf('ip', filter.ips)
  conditions.anyOf('state', filter.states)
  // Who is asked for by state is listed in that state; an ip names no agent that was removed.
  if (!filter.states || filter.ips) conditions.add(`state <> 'REMOVED'`)
  if (filter.apps) conditions.add(`string_to_array(apps, '/') && ${conditions.value(filter.apps.filter(isStorable))}::text[]`)
  if (page.after !== null) conditions.add(`first_sequence < ${conditions.value(placeOf('agents', page.after))}::int8`)
  const text = `select ${agentColumns}, ${logIdColumn(schema)} from ${schema}.agents ${conditions.where}
    order by first_sequence desc limit ${conditions.value(page.first + 1)}`
  const { rows } = await pool.query<Row>(text, conditions.values)
  const nodes = new Map((await listings(pool, rows)).map((listing) => [listing.id, listing]))
  return pageOf('agents', page, rows, (row) => ({ place: Number(row.first_sequence), node: nodes.get(row.id) as AgentListing }))
}

async function listings(pool: pg.Pool, rows: readonly Row[]): Promise<AgentListing[]> {
  const lastSeen = await readLastSeen(
    pool,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...viewOfRow(row, row.log_id), lastSeenAt: lastSeen.get(row.id) ?? null }))
}

/** From the liveness table of the write side, which is not there before command-service first ran. */
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
