import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import { freePort } from '@elves/standalone/free-port.ts'
import { allEvents } from '../e2e/all-events.ts'
import { putPackage, sayingApp } from '../support/app-package.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { verifyProblems } from './verified.ts'

export interface RolloutRunOptions {
  readonly agents: number
  /** 1: the center is killed while the first batch goes on; 2: and again as soon as the rollout is taken back. */
  readonly kills: 1 | 2
  readonly say: (text: string) => void
}

export interface RolloutOutcome {
  /** Every broken promise; a run passes only if there is none. */
  readonly problems: readonly string[]
  /** Agents that the second version reached before it was stopped, and those of them that said that they can't install it. */
  readonly reached: number
  readonly failed: number
  /** From the release of the second version until all agents had the first one again. */
  readonly seconds: number
}

const [first, second] = ['1.0.0', '2.0.0']
const batches = ['10%', '50%', '100%']
const failRate = 0.05
const maxFailed = '2%'
const patience = { timeoutMs: 300_000, everyMs: 100 }
const rolloutFields = '{ id state batch counts { waiting installed failed } }'

interface ShownRollout {
  readonly id: string
  readonly state: string
  readonly batch: number
  readonly counts: { readonly waiting: number; readonly installed: number; readonly failed: number }
}

/**
 * An update to many simulated agents in stages of 10, 50 and 100 %, which 5 % of them can't install, with a threshold of 2 %. The
 * center is killed with -9 as soon as the first agents have the new version, and again as soon as the rollout is taken back.
 */
export async function rolloutRun({ agents, kills, say }: RolloutRunOptions): Promise<RolloutOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'elves-rollout-'))
  // The agents find the center again where it was.
  const platform = await startPlatform({ shape: 'standalone', env: { ELVES_HTTP_PORT: String(await freePort()) } })
  let fleet: Swarm | null = null
  try {
    fleet = swarm({ url: platform.ready().gatewayUrl, agents, apps: { folder, failRate, failEnding: second } })
    await fleet.ready
    say(`${agents} agents are connected`)
    await release(platform, agents)
    say(`all of them have ${first}`)
    const startedAt = performance.now()
    const stateAtKill = await takenBack(platform, fleet, { kills, say })
    await allHave(platform, agents)
    const seconds = (performance.now() - startedAt) / 1000
    say(`all of them have ${first} again after ${seconds.toFixed(1)} s`)
    const outcome = await found(platform, agents)
    const late = stateAtKill === 'RUNNING' ? [] : [`the center was to be killed while the rollout is RUNNING, and it was ${stateAtKill}`]
    return { ...outcome, problems: [...outcome.problems, ...late], seconds }
  } finally {
    await fleet?.stop()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
}

async function release(platform: TestPlatform, agents: number): Promise<void> {
  await mutate(platform, 'createApp(input: { name: "big" })')
  for (const version of [first, second]) {
    const { status, body } = await putPackage(platform.ready(), 'big', version, await sayingApp(version))
    if (status !== 200) throw new Error(`${version} was not taken: ${JSON.stringify(body)}`)
  }
  await mutate(platform, 'bindApp(input: { app: "big", agents: "platform=simulated" })')
  await mutate(platform, `releaseAppVersion(input: { app: "big", version: "${first}" })`)
  // The agents may have it before the rollout counts them: only what was brought to all is gone back to.
  await waitFor(async () => (await lastRollout(platform)).state === 'DONE', { ...patience, what: 'the end of the first rollout' })
  await allHave(platform, agents)
}

/** Releases the second version, and kills the center on its way. Returns the state of the rollout at the first kill. */
async function takenBack(platform: TestPlatform, fleet: Swarm, { kills, say }: Pick<RolloutRunOptions, 'kills' | 'say'>): Promise<string> {
  const before = fleet.totals().appsInstalled
  await mutate(
    platform,
    `releaseAppVersion(input: { app: "big", version: "${second}", rollout: { batches: ${JSON.stringify(batches)}, maxFailed: "${maxFailed}" } })`,
  )
  await waitFor(() => fleet.totals().appsInstalled > before, { ...patience, everyMs: 5, what: 'the first agent with the new version' })
  const state = await killed(platform, say)
  await waitFor(async () => (await lastRollout(platform)).state === 'ROLLED_BACK', { ...patience, what: 'the end of the rollout' })
  if (kills > 1) await killed(platform, say)
  return state
}

/** Returns the state of the rollout just before. */
async function killed(platform: TestPlatform, say: (text: string) => void): Promise<string> {
  const { state, batch, counts } = await lastRollout(platform)
  say(`kill -9 of the center: the rollout is ${state} in batch ${batch}, ${JSON.stringify(counts)}`)
  await platform.kill()
  await platform.start()
  return state
}

/** Waits until each agent has the first version, and nothing else is wanted of any. */
async function allHave(platform: TestPlatform, agents: number): Promise<void> {
  const settled = async () => {
    const nodes = await onAgents(platform)
    return nodes.length === agents && nodes.every(({ state, wanted, installed }) => state === 'INSTALLED' && wanted === first && installed === first)
  }
  await waitFor(settled, { ...patience, everyMs: 500, what: `${first} on all agents` })
}

async function found(platform: TestPlatform, agents: number): Promise<Omit<RolloutOutcome, 'seconds'>> {
  const problems: string[] = []
  const begun = (await eventsOf(platform, 'RolloutBatchBegun')).filter(({ data }) => data['rolloutId'] === 'big:2')
  const [firstBatch, ...more] = begun.map(({ data }) => ({ batch: data['batch'], agents: data['agents'] }))
  if (firstBatch?.agents !== Math.ceil(agents / 10)) problems.push(`the first batch had ${JSON.stringify(firstBatch)}`)
  if (more.some(({ batch }) => batch === 3) || begun.length > 2) problems.push(`these batches were begun: ${JSON.stringify(begun)}`)
  const back = (await eventsOf(platform, 'RolloutRolledBack')).map(({ data }) => data)
  const failed = Number(back[0]?.['failed'] ?? 0)
  if (back.length !== 1 || back[0]?.['cause'] !== 'FAILURES') problems.push(`the rollout ended so: ${JSON.stringify(back)}`)
  if (failed <= agents * 0.02) problems.push(`it was taken back with ${failed} failures`)
  const wishes = Map.groupBy(await eventsOf(platform, 'AgentAppWanted'), ({ data }) => String(data['agentId']))
  const told = [...wishes.values()].map((events) => events.map(({ data }) => data['version']).join(' '))
  const [kept, reached] = [first, `${first} ${second} ${first}`].map((versions) => told.filter((one) => one === versions).length) as [number, number]
  if (kept + reached !== agents) problems.push(`agents were told to have: ${[...new Set(told)].join(', ')}`)
  if (reached !== Number(begun.at(-1)?.data['agents'])) problems.push(`${reached} agents were told to have ${second}`)
  return { problems: [...problems, ...(await verifyProblems(platform.dataDir))], reached, failed }
}

async function lastRollout(platform: TestPlatform): Promise<ShownRollout> {
  const query = `query ($notBefore: Position!) { rollouts(filter: { apps: ["big"] }, first: 1, notBefore: $notBefore) { nodes ${rolloutFields} } }`
  const answer = await platform.graphql<{ rollouts: { nodes: ShownRollout[] } }>(query, { notBefore: await headPosition(platform) })
  const [last] = answer.rollouts.nodes
  if (!last) throw new Error('there is no rollout')
  return last
}

/** What is read from there on has all that was answered before. */
async function headPosition(platform: TestPlatform): Promise<string> {
  return (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform.headPosition
}

interface OnAgent {
  readonly state: string
  readonly wanted: string | null
  readonly installed: string | null
}

interface OnAgentPage {
  readonly nodes: readonly OnAgent[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

async function onAgents(platform: TestPlatform): Promise<readonly OnAgent[]> {
  const query = `query ($after: String) {
    app(name: "big") { agents(first: 500, after: $after) { nodes { state wanted installed } pageInfo { hasNextPage endCursor } } } }`
  const found: OnAgent[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const { nodes, pageInfo }: OnAgentPage = (await platform.graphql<{ app: { agents: OnAgentPage } }>(query, { after })).app.agents
    found.push(...nodes)
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  }
  return found
}

async function eventsOf(platform: TestPlatform, type: string): Promise<readonly { readonly data: Readonly<Record<string, unknown>> }[]> {
  return (await allEvents(platform, { types: [type], notBefore: await headPosition(platform) })) as never
}

async function mutate(platform: TestPlatform, call: string): Promise<void> {
  const name = call.slice(0, call.indexOf('('))
  const { [name]: answer } = await platform.graphql<Record<string, { refusal: object | null }>>(`mutation { ${call} { refusal { code message } } }`)
  if (answer?.refusal !== null) throw new Error(`${call}: ${JSON.stringify(answer?.refusal)}`)
}
