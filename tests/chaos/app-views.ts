import { knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { type AppState, releasedVersion } from '@elves/core/domain/app/state.ts'
import { chaosApps } from './app-inventories.ts'
import { agentsOf, appOf, headPosition, isOfApp, type LoggedEvent } from './apps-of-log.ts'
import type { GraphqlPlatform } from './steady-load.ts'

interface ShownApp {
  readonly state: string
  readonly released: { readonly version: string } | null
  readonly rollout: { readonly id: string; readonly batch: number } | null
  readonly bindings: readonly { readonly agents: string }[]
  readonly versions: { readonly nodes: readonly { readonly version: string; readonly state: string; readonly sha256: string }[] }
  readonly agents: {
    readonly nodes: readonly { readonly agent: { readonly id: string } | null; readonly wanted: string | null; readonly installed: string | null }[]
  }
}

interface ShownRollout {
  readonly id: string
  readonly to: string
  readonly state: string
  readonly cause: string | null
}

const appFields = `state released { version } rollout { id batch } bindings { agents } versions(first: 500) { nodes { version state sha256 } }
  agents(first: 500) { nodes { agent { id } wanted installed } }`
/** So many instants of each app's history are looked at again. */
const instants = 6

/** Returns where apps and their rollouts are shown otherwise than the log says: now, and as of earlier instants. */
export async function viewProblems(platform: GraphqlPlatform, events: readonly LoggedEvent[]): Promise<readonly string[]> {
  const problems: string[] = []
  const notBefore = await headPosition(platform)
  for (const app of chaosApps) {
    const now = await shownApp(platform, { app, notBefore })
    if (now !== foldedApp(events, app)) problems.push(`${app} is shown as ${now}, and the log says ${foldedApp(events, app)}`)
    const query =
      'query ($app: String!, $notBefore: Position) { rollouts(filter: { apps: [$app] }, first: 500, notBefore: $notBefore) { nodes { id to state cause } } }'
    const { rollouts } = await platform.graphql<{ rollouts: { nodes: ShownRollout[] } }>(query, { app, notBefore })
    const [shown, folded] = [rollouts.nodes.map(textOfRollout).sort(), foldedRollouts(events, app)]
    if (JSON.stringify(shown) !== JSON.stringify(folded)) problems.push(`the rollouts of ${app} are shown as ${shown}, and the log says ${folded}`)
    const own = events.filter(isOfApp).filter(({ data }) => data.app === app)
    for (let nth = 1; nth <= instants; nth++) {
      const asOf = own[Math.floor((own.length * nth) / (instants + 1))]?.recordedAt ?? ''
      const until = events.filter(({ recordedAt }) => recordedAt <= asOf)
      const [then, said] = [await shownApp(platform, { app, asOf, notBefore }), foldedApp(until, app)]
      if (then !== said) problems.push(`${app} as of ${asOf} is shown as ${then}, and the log says ${said}`)
    }
  }
  return problems
}

async function shownApp(
  platform: GraphqlPlatform,
  variables: { readonly app: string; readonly asOf?: string; readonly notBefore: string },
): Promise<string> {
  const query = `query ($app: String!, $asOf: DateTime, $notBefore: Position) { app(name: $app, asOf: $asOf, notBefore: $notBefore) { ${appFields} } }`
  const { app } = await platform.graphql<{ app: ShownApp | null }>(query, variables)
  if (app === null) return 'nothing'
  return JSON.stringify({
    state: app.state,
    released: app.released?.version ?? null,
    rollout: app.rollout && [app.rollout.id, app.rollout.batch],
    bindings: app.bindings.map(({ agents }) => agents),
    versions: app.versions.nodes.map(({ version, state, sha256 }) => [version, state === 'WITHDRAWN', sha256]).sort(),
    agents: app.agents.nodes.map(({ agent, wanted, installed }) => [agent?.id, wanted, installed]).sort(),
  })
}

function foldedApp(events: readonly LoggedEvent[], name: string): string {
  const app: AppState = appOf(events, name)
  const known = events.filter((event) => 'agentId' in event.data && event.data.app === name)
  const states = agentsOf(known)
  const agents = [...states].map(([agentId, { apps }]) => {
    const of = knownApp(apps, name)
    return [agentId, of?.wanted?.version ?? null, of?.installed ?? null]
  })
  return JSON.stringify({
    state: app.phase,
    released: releasedVersion(app),
    rollout: app.rollout && [app.rollout.id, app.rollout.batch],
    bindings: app.bindings,
    versions: Object.entries(app.versions)
      .map(([version, { isWithdrawn, sha256 }]) => [version, isWithdrawn, sha256])
      .sort(),
    agents: agents.sort(),
  })
}

function foldedRollouts(events: readonly LoggedEvent[], app: string): readonly string[] {
  const rollouts = new Map<string, ShownRollout>()
  for (const event of events.filter(isOfApp)) {
    if (event.data.app !== app || !('rolloutId' in event.data)) continue
    const { rolloutId: id } = event.data
    if (event.type === 'AppVersionReleased') rollouts.set(id, { id, to: event.data.version, state: 'RUNNING', cause: null })
    const known = rollouts.get(id)
    if (known && event.type === 'RolloutDone') rollouts.set(id, { ...known, state: 'DONE' })
    if (known && event.type === 'RolloutRolledBack') rollouts.set(id, { ...known, state: 'ROLLED_BACK', cause: event.data.cause })
    if (known && event.type === 'RolloutStopped') rollouts.set(id, { ...known, state: 'STOPPED', cause: event.data.cause })
  }
  return [...rollouts.values()].map(textOfRollout).sort()
}

function textOfRollout({ id, to, state, cause }: ShownRollout): string {
  return `${id} to ${to} ${state} ${cause}`
}
