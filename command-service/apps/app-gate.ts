import { agentAppsAggregate, agentAppsStream, knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { AppRules } from './app-rules.ts'

/** What a task is about. */
export interface AppOnAgent {
  readonly agentId: string
  readonly app: string
}

/**
 * Whether a task can be dispatched as far as its app goes. COMING: the agent shall have the app of the center, does not have it yet, and
 * has not told that it can't. BANNED: it must not.
 */
export type AppGateState = 'OPEN' | 'COMING' | 'BANNED'

export interface AppGateOptions {
  readonly rules: Pick<AppRules, 'placeOf'>
  /** Of agents. */
  readonly agents: Pick<Aggregates, 'loadMany'>
}

/** Looked at for tasks that may wait, before each of their dispatches. Apps that the center does not distribute cost no read. */
export class AppGate {
  readonly #options: AppGateOptions

  constructor(options: AppGateOptions) {
    this.#options = options
  }

  /** Returns the state for each, in order. */
  async states(asked: readonly AppOnAgent[]): Promise<readonly AppGateState[]> {
    const { rules, agents } = this.#options
    const places = new Map<string, Awaited<ReturnType<AppRules['placeOf']>>>()
    for (const { app } of asked) if (!places.has(app)) places.set(app, await rules.placeOf(app))
    const ids = [...new Set(asked.filter(({ app }) => places.get(app) === 'DISTRIBUTED').map(({ agentId }) => agentId))]
    const loaded = await agents.loadMany(agentAppsAggregate, ids.map(agentAppsStream))
    const ofAgents = new Map(ids.map((agentId, index) => [agentId, loaded[index]?.state.apps ?? {}]))
    return asked.map(({ agentId, app }) => {
      if (places.get(app) === 'BANNED') return 'BANNED'
      const known = knownApp(ofAgents.get(agentId) ?? {}, app)
      return known && known.wanted !== null && known.installed === null && known.outcome === 'PENDING' ? 'COMING' : 'OPEN'
    })
  }
}

/** Returns the keys of those tasks whose app is on its way to their agent. */
export async function comingApps<Key>(
  gate: Pick<AppGate, 'states'>,
  asked: readonly (AppOnAgent & { readonly key: Key })[],
): Promise<ReadonlySet<Key>> {
  if (asked.length === 0) return new Set()
  const states = await gate.states(asked)
  return new Set(asked.flatMap(({ key }, index) => (states[index] === 'COMING' ? [key] : [])))
}
