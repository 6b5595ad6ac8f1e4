import type { Dial } from '@elves/agent/link/link-session.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'
import { type SimulatedAgent, simulatedAgent } from './simulated-agent.ts'
import type { SimulatedAppsOptions } from './simulated-apps.ts'
import { swarmDial } from './swarm-dial.ts'
import { type SwarmIdentity, swarmIdentity } from './swarm-identity.ts'
import { noTotals, type SwarmTotals } from './swarm-totals.ts'

export interface SwarmOptions {
  /** URL of the gateway (ws://…?token=…), or of the brokers (kafka://host:port/topic-prefix?token=…&partitions=…). */
  readonly url: string
  readonly agents: number
  /** The same seed gives the same agents (ids and ips). Default 0. */
  readonly seed?: number
  /** Index of the first agent, for processes that share a seed. Default 0. */
  readonly first?: number
  /** Time from start to end of each task. Default 0: acknowledged, started and ended go in one frame. */
  readonly delayMs?: number
  /** Share of the tasks that fail, 0 to 1. Default 0. */
  readonly failRate?: number
  /** Default: they have no apps, and pass over what the center wants them to have. */
  readonly apps?: SimulatedAppsOptions
  readonly logger?: Logger
}

export interface Swarm extends Running {
  readonly agentIds: readonly string[]
  readonly ips: readonly string[]
  /** Resolves when every agent has been welcomed once. Rejects if not a single agent can be dialled. */
  readonly ready: Promise<void>
  totals(): SwarmTotals
  /** The apps that each agent has from the center, by its id. */
  apps(): ReadonlyMap<string, readonly InstalledApp[]>
}

/** More connections at once would only wait for each other. */
const diallingAtOnce = 200

/** Simulated agents over the real protocol, in this process. */
export function swarm(options: SwarmOptions): Swarm {
  const { url, agents, seed = 0, first = 0, delayMs = 0, failRate = 0, apps = null, logger = silentLogger } = options
  const { joinToken, gatewayUrl, dialOf } = swarmDial(url, logger)
  const identities = Array.from({ length: agents }, (_, index) => swarmIdentity(seed, first + index))
  const counters = noTotals()
  counters.agents = agents
  const running = new Map<string, SimulatedAgent>()
  const ready = Promise.withResolvers<void>()
  let dialled = 0
  let welcomed = 0
  let isStopped = false
  for (let count = 0; count < Math.min(diallingAtOnce, agents); count++) dialNext()
  if (agents === 0) ready.resolve()

  function dialNext(): void {
    const identity = identities[dialled]
    if (!identity || isStopped) return
    dialled += 1
    dialOf(identity.agentId).then((dial) => begin(identity, dial), ready.reject)
  }

  function begin(identity: SwarmIdentity, dial: Dial): void {
    if (isStopped) return
    let isFirstTry = true
    let isNew = true
    const tried = () => {
      if (isFirstTry) setImmediate(dialNext)
      isFirstTry = false
    }
    const onUp = () => {
      tried()
      if (isNew) welcomed += 1
      isNew = false
      if (welcomed === agents) ready.resolve()
    }
    const agent = simulatedAgent({ identity, dial, joinToken, gatewayUrl, apps, delayMs, failRate, counters, onUp, onDown: tried, logger })
    running.set(identity.agentId, agent)
  }

  return {
    agentIds: identities.map(({ agentId }) => agentId),
    ips: identities.map(({ ip }) => ip),
    ready: ready.promise,
    totals: () => ({ ...counters }),
    apps: () => new Map([...running].map(([agentId, agent]) => [agentId, agent.apps()])),
    async stop() {
      isStopped = true
      await Promise.all([...running.values()].map((agent) => agent.stop()))
    },
  }
}
