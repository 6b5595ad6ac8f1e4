import { isIPv4 } from 'node:net'
import type pg from 'pg'

/** Returns agent ids for a mixed list of agent ids and ips: an ip stands for the agent that has it as its alias now. */
export async function resolveAgents(pool: pg.Pool, schema: string, idsOrIps: readonly string[] | undefined): Promise<readonly string[] | undefined> {
  if (!idsOrIps?.some((each) => isIPv4(each))) return idsOrIps
  const ips = idsOrIps.filter((each) => isIPv4(each))
  const { rows } = await pool.query<{ id: string }>(
    `select id from ${schema}.agents where ip <> '' and ip = any($1::text[]) and state <> 'REMOVED'`,
    [ips],
  )
  return [...new Set([...idsOrIps.filter((each) => !isIPv4(each)), ...rows.map(({ id }) => id)])]
}
