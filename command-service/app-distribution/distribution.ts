import { type AppWish, agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate, appStream } from '@elves/core/domain/app/app.ts'
import type { RolloutCounts } from '@elves/core/domain/app/commands.ts'
import { placeInRollout } from '@elves/core/domain/app/place.ts'
import { type AppState, knownVersion, type OpenRollout } from '@elves/core/domain/app/state.ts'
import { wantedVersion } from '@elves/core/domain/app/wanted.ts'
import { parseSelector, type Selector, selects } from '@elves/core/domain/selectors/selector.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { WakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { type AgentView, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import type { AppTelling } from './app-telling.ts'
import type { AppOfAgent, DistributedApp, DistributionTables } from './distribution-tables.ts'
import type { PackageCleanup } from './package-cleanup.ts'

export interface DistributionOptions {
  /** Of apps. */
  readonly aggregates: Aggregates
  /** Of agents. */
  readonly agents: Aggregates
  readonly telling: AppTelling
  readonly cleanup: Pick<PackageCleanup, 'clean'>
  readonly wakeUp: WakeUpCall
  newTables(): DistributionTables
  isConnected(agentId: string): Promise<boolean>
  /** Called after each look: whether there is any app. */
  found(any: boolean): void
  /** Resolves when the tables have all that is in the log as of now. */
  caughtUp(): Promise<void>
}

const distributionName = 'app-distribution'
/** How often to look where nothing wakes it. */
const intervalMs = 5_000
/** An agent that began to switch to another version of its own program and was not heard of for so long counts as one that failed. */
const switchMs = 900_000
/** Agents of one append. */
const atOnce = 500

interface KnownApp extends DistributedApp {
  readonly state: AppState
  readonly selectors: readonly Selector[]
}

/**
 * The process manager of apps: decides what each agent shall have, and the next step of each rollout. What it decides follows from the
 * log, and each step that is repeated does nothing, so an owner that dies between two steps, or two owners, change nothing but the time.
 */
export function distribution(options: DistributionOptions): ProcessManager {
  const { telling, cleanup, wakeUp, newTables, caughtUp } = options
  let [tables, ownToken] = [newTables(), -1]
  return {
    name: distributionName,
    intervalMs,
    wakeUp,
    clockMoved: async () => undefined,
    async act({ clock }, { token }) {
      if (token !== ownToken) [tables, ownToken] = [newTables(), token]
      await caughtUp()
      await tables.refresh()
      const apps = await knownApps(tables, options)
      options.found(apps.length > 0)
      const isWanted = await want(apps, tables, options)
      const steps = await advance(apps, tables, clock.ms, options)
      await telling.tell(tables)
      // Of an app that can not be read, nobody knows which packages it needs.
      if (await tables.areAppsReadable()) await cleanup.clean(apps.map(({ state }) => state))
      return isWanted || steps.hasStepped ? true : steps.nextInMs
    },
  }
}

async function knownApps(tables: DistributionTables, { aggregates }: DistributionOptions): Promise<readonly KnownApp[]> {
  const distributed = await tables.distributed()
  const changed = new Set(tables.changedApps(distributed))
  const known = new Map<string, AppState>()
  await forReadable(distributed, async (some) => {
    // Another instance may have decided something a moment ago.
    await aggregates.refresh(some.flatMap(({ name }) => (changed.has(name) ? [appStream(name)] : [])))
    const loaded = await aggregates.loadMany(
      appAggregate,
      some.map(({ name }) => appStream(name)),
    )
    for (const [index, { name }] of some.entries()) known.set(name, loaded[index]?.state ?? appAggregate.decider.initialState)
  })
  // Nothing is wanted of an app, and no rollout of it goes on, whose stream can not be read.
  return distributed.flatMap((app) => {
    const state = known.get(app.name)
    return state ? [{ ...app, state, selectors: state.bindings.map(parseSelector) }] : []
  })
}

/** Agents that were revoked or removed keep what they have; nobody asks them for anything. */
function isServed({ state }: AgentView): boolean {
  return state !== 'REVOKED' && state !== 'REMOVED'
}

function isBound({ selectors }: KnownApp, view: AgentView): boolean {
  const agent = selectableOf(view)
  return selectors.some((selector) => selects(selector, agent))
}

/** Records what agents shall have from now on; returns true if anything has changed. */
async function want(apps: readonly KnownApp[], tables: DistributionTables, { agents, telling }: DistributionOptions): Promise<boolean> {
  const wishes = [...tables.agents.values()].filter(isServed).flatMap((view) => {
    const changed = apps.flatMap((app) => wishOf(app, view, tables) ?? [])
    return changed.length === 0 ? [] : [{ agentId: view.id, wishes: changed }]
  })
  let done = 0
  for (const all of chunks(wishes, atOnce)) done += all.length - (await forReadable(all, wanted)).length
  return done > 0

  async function wanted(some: readonly (typeof wishes)[number][]): Promise<void> {
    const requests = some.map((wish) => ({
      aggregate: agentAppsAggregate,
      stream: agentAppsStream(wish.agentId),
      commands: [{ type: 'WantApps' as const, ...wish }],
      context: contextOfPart(distributionName, distributionName),
    }))
    await agents.handleMany(requests)
    for (const { agentId } of some) telling.changed(agentId)
  }
}

function wishOf(app: KnownApp, view: AgentView, tables: DistributionTables): AppWish | null {
  const { name, state } = app
  const current = tables.apps.get(view.id)?.get(name)?.wanted ?? null
  const version = isBound(app, view) ? wantedVersion(state, view.id, current) : null
  if (version === current) return null
  if (version === null) return { app: name, wanted: null }
  const known = knownVersion(state, version)
  const rolloutId = state.rollout?.to === version ? state.rollout.id : null
  return known && { app: name, wanted: { version, sha256: known.sha256, bytes: known.bytes, rolloutId } }
}

interface Steps {
  readonly hasStepped: boolean
  /** Until the pause after a batch is over. */
  readonly nextInMs: number
}

async function advance(apps: readonly KnownApp[], tables: DistributionTables, now: number, options: DistributionOptions): Promise<Steps> {
  let [hasStepped, nextInMs] = [false, intervalMs]
  for (const app of apps) {
    const { name, state, batchEndedAt } = app
    const { rollout } = state
    if (!rollout) continue
    const agentIds = [...tables.agents.values()].filter((view) => isServed(view) && isBound(app, view)).map(({ id }) => id)
    const { waiting, switching, ...reached } = countsOf(rollout, name, agentIds, tables)
    const areConnected = await Promise.all(waiting.map((id) => options.isConnected(id)))
    // Those that switch are away, and may not come back: that is what their batch is waited for.
    const lost = switching.filter(({ switchingAt }) => switchingAt < now - switchMs).length
    const counts: RolloutCounts = { ...reached, failed: reached.failed + lost, waiting: waiting.length + switching.length - lost }
    const restMs = batchEndedAt + rollout.pauseMs - now
    const { recorded } = await options.aggregates.handle({
      aggregate: appAggregate,
      stream: appStream(name),
      commands: [
        {
          type: 'AdvanceRollout',
          app: name,
          rolloutId: rollout.id,
          agentIds,
          counts,
          awaited: areConnected.filter(Boolean).length + switching.length - lost,
          isRested: restMs <= 0,
        },
      ],
      context: contextOfPart(distributionName, rollout.id),
    })
    if (recorded.length > 0) hasStepped = true
    else if (rollout.phase === 'RESTING' && restMs > 0) nextInMs = Math.min(nextInMs, restMs)
  }
  return { hasStepped, nextInMs }
}

function countsOf({ id, to, cut }: OpenRollout, app: string, agentIds: readonly string[], tables: DistributionTables) {
  const waiting: string[] = []
  const switching: AppOfAgent[] = []
  let [installed, failed] = [0, 0]
  for (const agentId of agentIds) {
    if (placeInRollout(id, agentId) > cut) continue
    const row = tables.apps.get(agentId)?.get(app)
    if (row?.wanted === to && row.outcome === 'INSTALLED') installed += 1
    else if (row?.wanted === to && row.outcome === 'FAILED') failed += 1
    else if (row?.wanted === to && row.outcome === 'SWITCHING') switching.push(row)
    else waiting.push(agentId)
  }
  return { installed, failed, waiting, switching }
}
