import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** In place of a gateway and a session that nobody has any more. */
const ofLog = 'log'

/**
 * Has agents watched that the log calls connected and that the table of liveness does not know, because the log was there before its
 * database: after a restore, or with a new Postgres. Without this, those of them that are gone would never count as lost. What a
 * gateway has written it leaves alone. A row too many does no harm: the agent's stream decides.
 */
export function linkedAgentsFeed(schema: string): FedBeside {
  const text = `insert into ${schema}.agent_liveness as l (agent_id, session_id, gateway_id, is_connected, last_seen_at)
    select agent_id, '${ofLog}', '${ofLog}', true, least(to_timestamp(seen_at / 1000), clock_timestamp())
    from unnest($1::text[], $2::float8[]) as s (agent_id, seen_at) order by agent_id
    on conflict (agent_id) do update set last_seen_at = excluded.last_seen_at
    where l.gateway_id = excluded.gateway_id and l.last_seen_at < excluded.last_seen_at`
  return {
    wants: ({ event }) => event.type === 'AgentConnected',
    async apply(client, events) {
      const seenAt = new Map<string, number>()
      for (const { event, recordedAt } of events) if (event.type === 'AgentConnected') seenAt.set(event.data.agentId, recordedAt)
      if (seenAt.size > 0) await client.query(text, [[...seenAt.keys()], [...seenAt.values()]])
    },
  }
}
