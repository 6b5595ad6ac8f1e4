import { agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { AppOfAgent, DistributionTables } from './distribution-tables.ts'

export interface AppTellingOptions {
  readonly agents: Pick<Aggregates, 'loadMany' | 'refresh'>
  readonly links: AgentLinks
  /** Returns the id of the log. */
  logId(): Promise<string>
  now?(): number
}

/** What an agent has not told the outcome of is said again after this: the message may have been lost. */
const againMs = 30_000
/** What an agent could not do is said again after this: its disk may have been full, or the packages out of reach. */
const failedAgainMs = 600_000
const readAtOnce = 500

/** Tells agents which apps they shall have: when that changes, when they connect, and again while they have not answered. */
export class AppTelling {
  readonly #options: AppTellingOptions
  readonly #due = new Set<string>()
  /** When each agent was told last, by `now`. */
  readonly #toldAt = new Map<string, number>()

  constructor(options: AppTellingOptions) {
    this.#options = options
  }

  /** An agent shall have other apps than before, or has just connected. */
  changed(agentId: string): void {
    this.#due.add(agentId)
  }

  /** Tells all that are due and known to the tables. */
  async tell(tables: DistributionTables): Promise<void> {
    const { now = Date.now } = this.#options
    for (const [agentId, apps] of tables.apps) {
      const ago = now() - (this.#toldAt.get(agentId) ?? 0)
      if (ago > againMs && [...apps.values()].some((app) => isUnanswered(app) || (ago > failedAgainMs && hasFailed(app)))) this.#due.add(agentId)
    }
    const due = [...this.#due].filter((agentId) => tables.apps.has(agentId))
    this.#due.clear()
    for (const [index, some] of chunks(due, readAtOnce).entries()) {
      try {
        await forReadable(some, (readable) => this.#tellSome(readable))
      } catch (error) {
        for (const agentId of due.slice(index * readAtOnce)) this.#due.add(agentId)
        throw error
      }
    }
  }

  async #tellSome(some: readonly string[]): Promise<void> {
    const { now = Date.now, links, agents, logId: readLogId } = this.#options
    const areConnected = await Promise.all(some.map((agentId) => links.isConnected(agentId)))
    const connected = some.filter((_, index) => areConnected[index])
    const logId = await readLogId()
    const streams = connected.map(agentAppsStream)
    // The owner before may have written what is not in memory here yet.
    await agents.refresh(streams)
    const loaded = await agents.loadMany(agentAppsAggregate, streams)
    for (const [index, agentId] of connected.entries()) {
      const { state, version: revision } = loaded[index] ?? { state: { apps: {} }, version: -1 }
      const apps = Object.entries(state.apps).flatMap(([app, { wanted }]) => {
        return wanted === null ? [] : [{ app, version: wanted.version, sha256: wanted.sha256, bytes: wanted.bytes }]
      })
      const removed = Object.entries(state.apps).flatMap(([app, { wanted }]) => (wanted === null ? [app] : []))
      const isTaken = links.send(agentId, encode('SetApps', { revision, apps, removed, correlationId: agentAppsStream(agentId), logId }))
      if (isTaken) this.#toldAt.set(agentId, now())
      else this.#due.add(agentId)
    }
  }
}

function hasFailed({ wanted, outcome }: AppOfAgent): boolean {
  return wanted !== null && outcome === 'FAILED'
}

function isUnanswered({ wanted, installed, outcome }: AppOfAgent): boolean {
  return wanted === null ? installed !== null : outcome !== 'INSTALLED' && outcome !== 'FAILED'
}
