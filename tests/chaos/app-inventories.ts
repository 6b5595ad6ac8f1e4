import { readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { type AppState, knownVersion, releasedVersion } from '@elves/core/domain/app/state.ts'
import { agentIds } from '@elves/standalone/backup/agent-ids.ts'
import { sayingOf } from './app-commands.ts'
import { agentsOf, appOf, headPosition, type LoggedEvent } from './apps-of-log.ts'
import type { GraphqlPlatform } from './steady-load.ts'
import { bannedApp, fleetApp, hostsApp, lastVersion, type SteadyRollouts } from './steady-rollouts.ts'

/** What agents have, by agent, by app: the version. */
type Inventory = ReadonlyMap<string, Readonly<Record<string, string>>>

export const chaosApps = [fleetApp, hostsApp, bannedApp] as const

/** What agents have of themselves: simulated ones in memory, real ones on the disk. Throws where a version on a disk is not whole. */
async function ownInventory({ fleet }: Pick<SteadyRollouts, 'fleet'>, dataDir: string): Promise<Inventory> {
  const found = new Map<string, Record<string, string>>()
  for (const [agentId, apps] of fleet.apps()) found.set(agentId, Object.fromEntries(apps.map(({ name, version }) => [name, version])))
  for (const [folder, agentId] of Object.entries(await agentIds(dataDir))) found.set(agentId, await appsOnDisk(join(dataDir, folder, 'app-store')))
  return found
}

async function appsOnDisk(store: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const app of chaosApps) {
    const target = await readlink(join(store, 'current', app)).catch(() => null)
    if (target === null) continue
    const version = basename(target).split('~')[0] ?? ''
    const worker = await readFile(join(store, 'current', app, 'app-worker.py'), 'utf8')
    if (!worker.includes(`>${sayingOf(app, version)}<`)) throw new Error(`${version} of ${app} is not what was uploaded: ${worker}`)
    found[app] = version
  }
  return found
}

interface ShownAgent {
  readonly id: string
  readonly apps: readonly { readonly name: string; readonly version: string }[]
}

/** What agents have told of themselves, as the read models show it. */
async function shownInventory(platform: GraphqlPlatform): Promise<Inventory> {
  const query = 'query ($notBefore: Position) { agents(first: 100, notBefore: $notBefore) { nodes { id apps { name version } } } }'
  const { agents } = await platform.graphql<{ agents: { nodes: ShownAgent[] } }>(query, { notBefore: await headPosition(platform) })
  const ofChaos = ({ name }: { readonly name: string }) => chaosApps.some((app) => app === name)
  return new Map(agents.nodes.map(({ id, apps }) => [id, Object.fromEntries(apps.filter(ofChaos).map(({ name, version }) => [name, version]))]))
}

/** Returns where the log, what agents show and what they have differ, and who has a version that nobody may have. */
export async function inventoryProblems(
  platform: GraphqlPlatform,
  events: readonly LoggedEvent[],
  rollouts: Pick<SteadyRollouts, 'fleet'>,
  dataDir: string,
): Promise<readonly string[]> {
  const [own, shown, logged] = [await ownInventory(rollouts, dataDir), await shownInventory(platform), agentsOf(events)]
  const apps = new Map<string, AppState>(chaosApps.map((app) => [app, appOf(events, app)]))
  const problems: string[] = []
  for (const [agentId, has] of own) {
    const state = logged.get(agentId) ?? { apps: {} }
    const inLog = Object.fromEntries(chaosApps.flatMap((app) => withVersion(app, knownApp(state.apps, app)?.installed ?? null)))
    const places = { 'the log': inLog, 'the read model': shown.get(agentId) ?? {} }
    for (const [where, there] of Object.entries(places)) {
      if (textOf(there) !== textOf(has)) problems.push(`agent ${agentId} has ${textOf(has)}, and in ${where} ${textOf(there)}`)
    }
    for (const [app, version] of Object.entries(has)) {
      const ofApp = apps.get(app)
      if (ofApp?.phase !== 'ACTIVE' || knownVersion(ofApp, version)?.isWithdrawn !== false)
        problems.push(`agent ${agentId} has ${version} of ${app}, which nobody may have`)
    }
  }
  for (const app of [fleetApp, hostsApp]) {
    const released = releasedVersion(apps.get(app) as AppState)
    const having = [...own.values()].filter((has) => has[app] === lastVersion).length
    if (released !== lastVersion || having === 0) problems.push(`${released} of ${app} is released, and ${having} agents have the last version`)
    const others = [...own].filter(([, has]) => has[app] !== undefined && has[app] !== lastVersion)
    if (others.length > 0) problems.push(`these have another version of ${app} than the last: ${JSON.stringify(others)}`)
  }
  return problems
}

function withVersion(app: string, version: string | null): [string, string][] {
  return version === null ? [] : [[app, version]]
}

function textOf(apps: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(apps).sort())
}
