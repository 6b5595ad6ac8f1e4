import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { eventingSchema } from '@elves/core/eventing/postgres/eventing-schema.ts'
import type pg from 'pg'
import { commandSchema } from '../write-side.ts'
import { postgresAgentLiveness } from './agent-liveness.ts'

/**
 * Has every agent that ever had a link watched, as last seen at the last event of its link. A restored log may call agents connected
 * that are gone; without this they would never count as lost. A row too many does no harm: the agent's stream decides.
 */
export async function watchRestoredLinks(pool: pg.Pool): Promise<void> {
  const prefix = agentLinkStream('')
  const { rows } = await pool.query<{ agentId: string; silentMs: number }>(
    `select substr(stream_id, $2) as "agentId", greatest(0, extract(epoch from clock_timestamp() - max(recorded_at)) * 1000)::float8 as "silentMs"
       from ${eventingSchema}.events where starts_with(stream_id, $1) group by stream_id`,
    [prefix, prefix.length + 1],
  )
  const liveness = postgresAgentLiveness({ pool, schema: commandSchema, gatewayId: 'restored' })
  await liveness.seen(rows.map(({ agentId, silentMs }) => ({ agentId, silentMs, sessionId: 'restored' })))
}
