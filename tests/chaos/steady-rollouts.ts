import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import { waitFor } from '../support/wait-for.ts'
import { AppCommands, type Done } from './app-commands.ts'
import type { SeededRandom } from './random.ts'
import type { GraphqlPlatform } from './steady-load.ts'

export interface SteadyRolloutsOptions {
  readonly platform: GraphqlPlatform
  readonly ready: Pick<ClusterReady, 'graphqlUrl' | 'token' | 'gatewayUrl'>
  readonly random: SeededRandom
  readonly say: (text: string) => void
}

export interface SteadyRollouts {
  /** What was asked for and done so far. */
  readonly done: readonly Done[]
  readonly fleet: Swarm
  /** Begins no further round; resolves when the last one is over and one app is banned for good. */
  rest(): Promise<void>
  /** Brings each app to a last version: to be called when nothing is disturbed any more. */
  bringLast(): Promise<void>
  /** Ends the simulated agents. */
  stop(): Promise<void>
}

/** Of simulated agents. Their app has versions that some of them can't install. */
export const fleetApp = 'chaos-fleet'
/** Of the real agents of the cluster. */
export const hostsApp = 'chaos-hosts'
/** Of all agents; it is banned in the end. */
export const bannedApp = 'chaos-banned'
export const lastVersion = '1000'
export const bindings = { [fleetApp]: 'platform=simulated', [hostsApp]: 'platform!=simulated', [bannedApp]: '' } as const
export const fleetSize = 12

const badEnding = '-bad'
const failRate = 0.3
const batches = ['20%', '60%', '100%']
const roundMs = 8_000
const shortMs = 400

/** What happens to a rollout on its way. Each round of an app has the next one. */
const turns = ['LET', 'SUPERSEDE', 'BAN', 'CONFIRM', 'BAD', 'WITHDRAW', 'PAUSE', 'ROLL_BACK'] as const

/**
 * Releases one version after the other of two apps, in stages, to simulated and to real agents: some of them fail, some are superseded,
 * banned, withdrawn, paused or taken back on their way. The seed decides where each app begins.
 */
export async function steadyRollouts({ platform, ready, random, say }: SteadyRolloutsOptions): Promise<SteadyRollouts> {
  const folder = await mkdtemp(join(tmpdir(), 'elves-chaos-apps-'))
  const fleet = swarm({ url: ready.gatewayUrl, agents: fleetSize, seed: 3, apps: { folder, failRate, failEnding: badEnding } })
  const stop = async () => {
    await fleet.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const commands = new AppCommands(platform, ready)
  const resting = new AbortController()
  try {
    await fleet.ready
    await waitFor(() => areAllShown(platform), { timeoutMs: 60_000, what: 'all agents in the list' })
    for (const [app, agents] of Object.entries(bindings)) {
      await commands.ask('createApp', { name: app })
      await commands.ask('bindApp', { app, agents }, agents)
    }
    await commands.upload(bannedApp, '1')
    await commands.release(bannedApp, '1', { batches: ['100%'], maxFailed: '100%' })
  } catch (error) {
    await stop()
    throw error
  }
  const first = { [fleetApp]: random.between(0, turns.length - 1), [hostsApp]: random.between(0, turns.length - 1) }
  const rounds = Object.entries(first).map(async ([app, from]) => {
    for (let round = 0; !resting.signal.aborted; round++) {
      const turn = turns[(from + round) % turns.length] as Turn
      say(`app ${app}: round ${round + 1}, ${turn}`)
      await play(commands, app, { turn, round: round + 1, signal: resting.signal })
    }
  })
  const all = Promise.all(rounds)
  // What fails is told by `rest`.
  all.catch(() => undefined)
  return {
    done: commands.done,
    fleet,
    async rest() {
      resting.abort()
      await all
      await commands.ask('banApp', { app: bannedApp })
    },
    async bringLast() {
      for (const app of Object.keys(first)) {
        await commands.upload(app, lastVersion)
        await commands.release(app, lastVersion, { batches: ['50%', '100%'], maxFailed: '0' })
      }
    },
    stop,
  }
}

type Turn = (typeof turns)[number]

interface Round {
  readonly turn: Turn
  readonly round: number
  readonly signal: AbortSignal
}

async function play(commands: AppCommands, app: string, { turn, round, signal }: Round): Promise<void> {
  const version = `${round}${turn === 'BAD' ? badEnding : ''}`
  const staged = { batches, maxFailed: '0', confirm: turn === 'CONFIRM', pauseMs: turn === 'PAUSE' ? 200 : 0 }
  await commands.upload(app, version)
  if (turn === 'SUPERSEDE') {
    await commands.upload(app, `${version}-other`)
    const both = [version, `${version}-other`].map((one) => commands.release(app, one, staged))
    for (const rollout of await Promise.all(both)) await commands.endedOrLate(rollout, roundMs, signal)
    return
  }
  const rollout = await commands.release(app, version, staged)
  if (turn !== 'LET' && turn !== 'BAD') await pause(shortMs)
  if (turn === 'BAN') {
    await commands.ask('banApp', { app })
    await pause(shortMs)
    await commands.ask('unbanApp', { app })
  }
  if (turn === 'CONFIRM') {
    for (let words = 0; words < 20 && !signal.aborted && (await commands.ask('resumeRollout', { rollout })); words++) await pause(shortMs)
  }
  if (turn === 'PAUSE' && (await commands.ask('pauseRollout', { rollout }))) {
    await pause(shortMs)
    await commands.ask('resumeRollout', { rollout })
  }
  if (turn === 'WITHDRAW') await commands.ask('withdrawAppVersion', { app, version }, version)
  if (turn === 'ROLL_BACK') await commands.ask('rollBackRollout', { rollout }, rollout)
  await commands.endedOrLate(rollout, roundMs, signal)
}

async function areAllShown(platform: GraphqlPlatform): Promise<boolean> {
  const query = '{ agents(filter: { selector: "platform=simulated" }, first: 100) { nodes { id } } }'
  return (await platform.graphql<{ agents: { nodes: object[] } }>(query)).agents.nodes.length === fleetSize
}
