import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import type pg from 'pg'

export interface AgentSession {
  readonly agentId: string
  readonly sessionId: string
}

/** An agent was heard of this long ago. A duration, because the database's clock is the one that counts. */
export interface Sighting extends AgentSession {
  readonly silentMs: number
}

export interface SilentAgent extends AgentSession {
  /** ms since the epoch, on the database's clock. */
  readonly lastSeenAt: number
}

export interface LoseSilent {
  readonly lostAfterMs: number
  /** Silence counts from this instant at the earliest, in the text that the database gave. */
  readonly notBefore: string
  /** Silence counts up to this instant, so that a later step of the clock does not count. */
  readonly until: string
  readonly limit: number
  /** Runs first in the transaction; an error ends the transaction. */
  fence(client: pg.ClientBase): Promise<void>
  /** Makes durable that these agents are lost, while no other process can connect or lose them. */
  lose(agents: readonly SilentAgent[]): Promise<void>
}

/** When each agent was last heard of. Neither events nor a read model: a table that rebuild and verify leave alone. */
export interface AgentLiveness {
  /** Call it before the event that connects them is appended: then no crash leaves a connected agent unwatched. */
  connecting(sessions: readonly AgentSession[]): Promise<void>
  seen(sightings: readonly Sighting[]): Promise<void>
  /**
   * Notes that they were heard of just now. Returns the ids of the agents whose connected session this is, by the table; for the
   * others it writes nothing.
   */
  heard(sessions: readonly AgentSession[]): Promise<ReadonlySet<string>>
  /** Returns, by agent id, the session that connected last. */
  sessionsOf(agentIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Call it after the event that disconnects them is durable. */
  disconnected(sessions: readonly AgentSession[]): Promise<void>
  /** Deletes the row of a removed agent, unless it is connected again. Its next connection makes a new row. */
  forget(agentId: string): Promise<void>
  /** Returns how many were silent for too long. */
  loseSilent(request: LoseSilent): Promise<number>
  /** Returns the gateway that held the agent's last link, if that is another one and it listens; otherwise null. */
  holderElsewhere(agentId: string): Promise<string | null>
  /** Called when the clock was set back: an instant later than now becomes now. */
  clockWentBack(): Promise<void>
}

export interface PostgresAgentLiveness {
  readonly pool: pg.Pool
  readonly schema: string
  readonly gatewayId: string
}

export function postgresAgentLiveness({ pool, schema, gatewayId }: PostgresAgentLiveness): AgentLiveness {
  const table = `${schema}.agent_liveness`
  const sql = statements(table)

  async function query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await orUnavailable(pool.query<Row>(text, [...values]))).rows
  }

  const holderElsewhere = batched<string, string | null>({
    maxBatch: agentsPerLook,
    keysOf: () => [],
    async run(agentIds) {
      const rows = await query<{ agentId: string; gatewayId: string }>(sql.holders, [agentIds, gatewayId])
      const holders = new Map(rows.map((row) => [row.agentId, row.gatewayId]))
      return agentIds.map((agentId) => holders.get(agentId) ?? null)
    },
  })

  return {
    holderElsewhere,
    async connecting(sessions) {
      await query(sql.connecting, [...columns(sessions), gatewayId])
    },
    async seen(sightings) {
      if (sightings.length === 0) return
      const sorted = sorting(sightings)
      await query(sql.seen, [...columns(sorted), gatewayId, sorted.map(({ silentMs }) => silentMs)])
    },
    async heard(sessions) {
      if (sessions.length === 0) return new Set()
      const rows = await query<{ agentId: string }>(sql.heard, columns(sessions))
      return new Set(rows.map(({ agentId }) => agentId))
    },
    async sessionsOf(agentIds) {
      const rows = await query<AgentSession>(sql.sessionsOf, [agentIds])
      return new Map(rows.map(({ agentId, sessionId }) => [agentId, sessionId]))
    },
    async disconnected(sessions) {
      await query(sql.disconnected, columns(sessions))
    },
    async forget(agentId) {
      await query(sql.forget, [agentId])
    },
    loseSilent: ({ lostAfterMs, notBefore, until, limit, fence, lose }) =>
      inTransaction(pool, async (client) => {
        await fence(client)
        const { rows } = await client.query<SilentAgent>(sql.silent, [notBefore, lostAfterMs, limit, until])
        if (rows.length === 0) return 0
        await lose(rows)
        await client.query(sql.disconnected, columns(rows))
        return rows.length
      }),
    async clockWentBack() {
      await query(sql.clockWentBack, [])
    },
  }
}

const agentsPerLook = 500

/** Sorts by agent id, so that two statements never wait for each other's rows. */
function sorting<Session extends AgentSession>(sessions: readonly Session[]): Session[] {
  return [...sessions].sort((one, other) => (one.agentId < other.agentId ? -1 : 1))
}

function columns(sessions: readonly AgentSession[]): [string[], string[]] {
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
    // A late sighting of an earlier session changes nothing. A heartbeat never changes whether the agent is connected.
    seen: `
      insert into ${table} as l (agent_id, session_id, gateway_id, is_connected, last_seen_at)
      select agent_id, session_id, $3, true, clock_timestamp() - silent_ms * interval '1 millisecond'
      from unnest($1::text[], $2::text[], $4::float8[]) as s (agent_id, session_id, silent_ms)
      on conflict (agent_id) do update set last_seen_at = excluded.last_seen_at
      where l.session_id = excluded.session_id and l.last_seen_at < excluded.last_seen_at`,
    heard: `
      with known as (
        select l.agent_id from ${table} l join unnest($1::text[], $2::text[]) as s (agent_id, session_id) using (agent_id, session_id)
        where l.is_connected order by agent_id for update of l
      )
      update ${table} l set last_seen_at = clock_timestamp() from known where l.agent_id = known.agent_id
      returning l.agent_id as "agentId"`,
    sessionsOf: `select agent_id as "agentId", session_id as "sessionId" from ${table} where agent_id = any($1::text[])`,
    disconnected: `
      update ${table} l set is_connected = false
      from unnest($1::text[], $2::text[]) as s (agent_id, session_id)
      where l.agent_id = s.agent_id and l.session_id = s.session_id`,
    forget: `delete from ${table} where agent_id = $1 and not is_connected`,
    // A gateway whose listening connection is gone cannot be asked, and holds no links any more.
    holders: `
      select l.agent_id as "agentId", l.gateway_id as "gatewayId" from ${table} l
      where l.agent_id = any($1) and l.gateway_id <> $2 and l.is_connected
      and exists (select from pg_stat_activity a where a.application_name = 'elves ' || md5(l.gateway_id))`,
    // Locks the rows in the order of the ids, as every other statement does.
    clockWentBack: `
      with later as (select agent_id from ${table} where last_seen_at > clock_timestamp() order by agent_id for update)
      update ${table} l set last_seen_at = clock_timestamp() from later where l.agent_id = later.agent_id`,
    // Skips rows that another statement is just writing, because their agents are not silent.
    silent: `
      select agent_id as "agentId", session_id as "sessionId", round(extract(epoch from last_seen_at) * 1000)::float8 as "lastSeenAt"
      from ${table}
      where is_connected and greatest(last_seen_at, $1::timestamptz) < $4::timestamptz - $2::float8 * interval '1 millisecond'
      order by agent_id limit $3
      for update skip locked`,
  }
}
