import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { isPassing, storeUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'

export interface LinkSession {
  readonly agentId: string
  readonly sessionId: string
}

/** An agent was heard of this long ago. A duration, because the database's clock is the one that counts. */
export interface Sighting extends LinkSession {
  readonly silentMs: number
}

export interface SilentAgent extends LinkSession {
  /** ms since the epoch, on the database's clock. */
  readonly lastSeenAt: number
}

export interface LoseSilent {
  readonly lostAfterMs: number
  /** The silence is counted from here at the earliest; as `now` gave it. */
  readonly notBefore: string
  readonly limit: number
  /** Runs first in the transaction; what it throws ends it. */
  fence(client: pg.ClientBase): Promise<void>
  /** Makes it durable that they are lost, while nobody else can connect or lose them. */
  lose(agents: readonly SilentAgent[]): Promise<void>
}

/** When each agent was last heard of. No events and no read model: a table that rebuild and verify leave alone. */
export interface AgentLiveness {
  /** To be called before the event that connects them is appended: then no crash leaves a connected agent unwatched. */
  connecting(sessions: readonly LinkSession[]): Promise<void>
  seen(sightings: readonly Sighting[]): Promise<void>
  /** To be called after the event that disconnects them is durable. */
  disconnected(sessions: readonly LinkSession[]): Promise<void>
  /** Answers how many were silent for too long. */
  loseSilent(request: LoseSilent): Promise<number>
  /** The database's clock, as text. */
  now(): Promise<string>
}

export interface PostgresAgentLiveness {
  readonly pool: pg.Pool
  readonly schema: string
  readonly gatewayId: string
}

export function postgresAgentLiveness({ pool, schema, gatewayId }: PostgresAgentLiveness): AgentLiveness {
  const table = `${schema}.agent_liveness`
  const sql = statements(table)

  async function query(text: string, values: readonly unknown[]): Promise<void> {
    try {
      await pool.query(text, [...values])
    } catch (error) {
      throw isPassing(error) ? storeUnavailable(error) : error
    }
  }

  return {
    async connecting(sessions) {
      await query(sql.connecting, [...columns(sessions), gatewayId])
    },
    async seen(sightings) {
      if (sightings.length === 0) return
      const sorted = sorting(sightings)
      await query(sql.seen, [...columns(sorted), gatewayId, sorted.map(({ silentMs }) => silentMs)])
    },
    async disconnected(sessions) {
      await query(sql.disconnected, columns(sessions))
    },
    loseSilent: ({ lostAfterMs, notBefore, limit, fence, lose }) =>
      inTransaction(pool, async (client) => {
        await fence(client)
        const { rows } = await client.query<SilentAgent>(sql.silent, [notBefore, lostAfterMs, limit])
        if (rows.length === 0) return 0
        await lose(rows)
        await client.query(sql.disconnected, columns(rows))
        return rows.length
      }),
    async now() {
      const { rows } = await pool.query<{ now: string }>('select clock_timestamp()::text as now')
      return rows[0]?.now ?? ''
    },
  }
}

/** Always in the order of the agent ids, so that two statements never wait for each other's rows. */
function sorting<Session extends LinkSession>(sessions: readonly Session[]): Session[] {
  return [...sessions].sort((one, other) => (one.agentId < other.agentId ? -1 : 1))
}

function columns(sessions: readonly LinkSession[]): [string[], string[]] {
  const sorted = sorting(sessions)
  return [sorted.map(({ agentId }) => agentId), sorted.map(({ sessionId }) => sessionId)]
}

function statements(table: string) {
  return {
    connecting: `
      insert into ${table} (agent_id, session_id, gateway_id, is_connected, last_seen_at)
      select agent_id, session_id, $3, true, clock_timestamp() from unnest($1::text[], $2::text[]) as s (agent_id, session_id)
      on conflict (agent_id) do update
      set session_id = excluded.session_id, gateway_id = excluded.gateway_id, is_connected = true, last_seen_at = excluded.last_seen_at`,
    // A late sighting of an earlier session moves nothing. Whether it is connected is not for a heartbeat to say.
    seen: `
      insert into ${table} as l (agent_id, session_id, gateway_id, is_connected, last_seen_at)
      select agent_id, session_id, $3, true, clock_timestamp() - silent_ms * interval '1 millisecond'
      from unnest($1::text[], $2::text[], $4::float8[]) as s (agent_id, session_id, silent_ms)
      on conflict (agent_id) do update set last_seen_at = excluded.last_seen_at
      where l.session_id = excluded.session_id and l.last_seen_at < excluded.last_seen_at`,
    disconnected: `
      update ${table} l set is_connected = false
      from unnest($1::text[], $2::text[]) as s (agent_id, session_id)
      where l.agent_id = s.agent_id and l.session_id = s.session_id`,
    // A row that a connection is just writing is locked by it, and so not silent.
    silent: `
      select agent_id as "agentId", session_id as "sessionId", round(extract(epoch from last_seen_at) * 1000)::float8 as "lastSeenAt"
      from ${table}
      where is_connected and greatest(last_seen_at, $1::timestamptz) < clock_timestamp() - $2::float8 * interval '1 millisecond'
      order by agent_id limit $3
      for update skip locked`,
  }
}
