import { agentStream } from '@elves/core/domain/agent/agent.ts'
import type { AppWishOutcome } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { appStream } from '@elves/core/domain/app/app.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { isAnySetApart } from '@elves/core/eventing/process-managers/set-apart-streams.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { type AgentView, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type pg from 'pg'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'

/** A row of `apps_of_agents`. An app that an agent has removed and shall not have is one with two nulls. */
export interface AppOfAgent {
  readonly agentId: string
  readonly app: string
  readonly wanted: string | null
  readonly installed: string | null
  readonly outcome: AppWishOutcome
  /** When it last began to switch to another version of its own program, ms since the epoch; 0: never. */
  readonly switchingAt: number
}

export interface DistributedApp {
  readonly name: string
  /** Of its last event. */
  readonly sequence: number
  /** ms since the epoch; 0: none has. */
  readonly batchEndedAt: number
}

const streamsAtOnce = 500

/** The tables in memory, brought up to date by what has changed since the last read. Made anew by each owner of the lease. */
export class DistributionTables {
  readonly agents = new Map<string, AgentView>()
  /** By agent, by app. */
  readonly apps = new Map<string, Map<string, AppOfAgent>>()
  readonly #pool: pg.Pool
  readonly #schema: string
  readonly #sequences = new Map<string, number>()
  readonly #store: Pick<EventStore, 'readStreams'>
  #agentsUpTo = -1
  #appsUpTo = -1

  constructor(pool: pg.Pool, schema: string, store: Pick<EventStore, 'readStreams'>) {
    this.#store = store
    this.#pool = pool
    this.#schema = schema
  }

  async distributed(): Promise<readonly DistributedApp[]> {
    const rows = await this.#read<{ name: string; sequence: string; batch_ended_at: string }>(
      `select name, sequence, batch_ended_at from ${this.#schema}.distributed_apps`,
      [],
    )
    return rows.map(({ name, sequence, batch_ended_at: endedAt }) => ({ name, sequence: Number(sequence), batchEndedAt: Number(endedAt) }))
  }

  async areAppsReadable(): Promise<boolean> {
    return !(await isAnySetApart(this.#pool, this.#schema, attemptsHandler, appStream('')))
  }

  /** Returns the names of those that have events since the last call. */
  changedApps(distributed: readonly DistributedApp[]): readonly string[] {
    const changed = distributed.filter(({ name, sequence }) => this.#sequences.get(name) !== sequence)
    for (const { name, sequence } of changed) this.#sequences.set(name, sequence)
    return changed.map(({ name }) => name)
  }

  /** Several rows may have the same sequence, so those of the last one come again. */
  async refresh(): Promise<void> {
    const agents = await this.#read<{ id: string; sequence: string; view: string; is_whole: boolean }>(
      `select id, sequence, view, is_whole from ${this.#schema}.selectable_agents where sequence >= $1`,
      [this.#agentsUpTo],
    )
    await this.#completeAgents(agents.flatMap(({ id, is_whole: isWhole }) => (isWhole ? [] : [id])))
    for (const { id, sequence, view, is_whole: isWhole } of agents) {
      if (isWhole) this.agents.set(id, JSON.parse(view) as AgentView)
      this.#agentsUpTo = Math.max(this.#agentsUpTo, Number(sequence))
    }
    const apps = await this.#read<AppOfAgent & { readonly sequence: string }>(
      `select agent_id as "agentId", app, sequence, wanted, installed, outcome, switching_at::float8 as "switchingAt" from ${this.#schema}.apps_of_agents where sequence >= $1`,
      [this.#appsUpTo],
    )
    for (const { sequence, ...row } of apps) {
      const ofAgent = this.apps.get(row.agentId) ?? new Map<string, AppOfAgent>()
      this.apps.set(row.agentId, ofAgent.set(row.app, row))
      this.#appsUpTo = Math.max(this.#appsUpTo, Number(sequence))
    }
  }

  /** Agents that are older than the table are folded from their streams. Their alias is what they told last. */
  async #completeAgents(ids: readonly string[]): Promise<void> {
    for (const some of chunks(ids, streamsAtOnce)) {
      const agents = await this.#store.readStreams(some.map(agentStream))
      const links = await this.#store.readStreams(some.map(agentLinkStream))
      some.forEach((id, index) => {
        const events = [...(agents[index] ?? []), ...(links[index] ?? [])].filter((event) => isAnyAgentEvent(event))
        events.sort((one, other) => (one.position < other.position ? -1 : 1))
        let view: AgentView | null = null
        let ip = ''
        for (const event of events) {
          view = evolveAgentView(view, id, event)
          if (event.event.type === 'AgentRegistered' || event.event.type === 'AgentFactsChanged') ip = event.event.data.ip
        }
        if (view) this.agents.set(id, { ...view, ip, crons: null })
      })
    }
  }

  async #read<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<readonly Row[]> {
    return (await orUnavailable(this.#pool.query<Row>(text, values))).rows
  }
}
