import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { agentEnv, type Given } from '../agent-env.ts'
import { askPlatform } from '../ask-platform.ts'
import type { KeptRunning } from '../kept-running.ts'
import { agentStopMs, type LocalAgent, lastRefusal, localAgent } from '../local-agent.ts'
import type { ClusterReady } from '../ready-file.ts'
import type { KeptGroup } from '../runner/kept-parts.ts'
import { turn } from '../runner/log-file.ts'
import type { PreparedRun } from '../runner/plan.ts'
import { refuseStopped } from '../stopping.ts'
import type { LinkKind, LogLevels } from './cluster-size.ts'
import { followFile } from './follow-file.ts'
import { isOfKafka } from './service-env.ts'

export interface StartAgents {
  readonly links: readonly LinkKind[]
  readonly gatewayUrl: string
  /** Settings that are given to an agent on Kafka. */
  readonly kafka: Given & { readonly ELVES_KAFKA_BROKERS: string }
  readonly graphqlUrl: string
  readonly token: string
  readonly logLevels: LogLevels
  readonly group: KeptGroup
}

/** All agents of the cluster. */
export interface ClusterAgents {
  said(): ClusterReady['agents']
  pids(): readonly number[]
}

/** Added to the time after which an earlier agent with the same address counts as lost. */
const connectMarginMs = 90_000

/** Name of an agent's folder, below the data folder. */
export function agentFolder(index: number): string {
  return `agent-${index + 1}`
}

export function agentIp(index: number): string {
  return `127.0.0.${index + 1}`
}

/** Starts or adopts all agents at once; resolves when each is connected. */
export async function startAgents(ground: PreparedRun<ClusterReady>, plan: StartAgents): Promise<ClusterAgents> {
  const agents: KeptRunning<LocalAgent>[] = []
  await Promise.all(
    plan.links.map(async (link, index) => {
      agents[index] = await startAgent(ground, plan, { link, index })
    }),
  )
  return {
    said: () => agents.map((agent, index) => ({ id: agent.current().agentId, ip: agentIp(index), link: plan.links[index] ?? 'gateway' })),
    pids: () => agents.map((agent) => agent.current().pid),
  }
}

async function startAgent(ground: PreparedRun<ClusterReady>, plan: StartAgents, { link, index }: { link: LinkKind; index: number }) {
  const { dataDir, settings, logger, log, stack } = ground
  const name = agentFolder(index)
  const folder = join(dataDir, name)
  makeFolder(folder, 0o700)
  const logFile = join(dataDir, 'logs', `${name}.log`)
  turn(logFile)
  // An agent outlives the runner, so it writes its own log file; its lines are copied to the common log.
  stack.use(
    `log of ${name}`,
    followFile(logFile, (lines) => log.named(name).write(lines)),
  )
  const connectTimeoutMs = settings.ELVES_AGENT_LOST_AFTER_MS + connectMarginMs
  const startedAt = Date.now()
  const agent = await plan.group.keep({
    name,
    start: (last: LocalAgent | null) =>
      localAgent({
        dataDir: folder,
        env: envOf(ground, plan, { link, index, folder }),
        logFile,
        mayAdopt: last !== null || isAsBefore(ground, plan, { link, index }),
        stopMs: agentStopMs(settings),
        logger: logger.child({ agent: name }),
      }),
    restarted: async ({ agentId }) => void (await isConnected(plan, agentId, { since: Date.now() - 1_000, timeoutMs: connectTimeoutMs })),
  })
  const wait = { since: startedAt, timeoutMs: connectTimeoutMs, signal: ground.stopping }
  if (await isConnected(plan, agent.current().agentId, wait)) return agent
  refuseStopped(ground.stopping)
  throw new ElvesError(
    'AGENT_OFFLINE',
    `${name} did not connect within ${connectTimeoutMs / 1000} s. ${await lastRefusal(logFile)} ${logFile} has more.`,
  )
}

function envOf({ env, appsDir, settings }: PreparedRun<ClusterReady>, plan: StartAgents, agent: { link: LinkKind; index: number; folder: string }) {
  const { link, index, folder } = agent
  const given: Given = {
    ELVES_AGENT_LINK: link,
    ELVES_AGENT_DATA_DIR: folder,
    ELVES_AGENT_APPS_DIR: appsDir,
    ELVES_AGENT_IP: agentIp(index),
    ELVES_AGENT_NAME: agentFolder(index),
    ELVES_LOG_LEVEL: plan.logLevels.agents ?? settings.ELVES_LOG_LEVEL,
  }
  const reached = { ...given, ELVES_GATEWAY_URL: plan.gatewayUrl }
  if (link === 'gateway') return agentEnv(env, reached)
  const ofKafka = Object.fromEntries(Object.entries(env).filter(([name]) => isOfKafka(name)))
  return agentEnv(env, { ...ofKafka, ...reached, ...plan.kafka })
}

/** Returns true if an agent that still runs is linked the way that this start wants it. */
function isAsBefore({ last }: PreparedRun<ClusterReady>, plan: StartAgents, { link, index }: { link: LinkKind; index: number }): boolean {
  if (last === null) return true
  if (last.agents[index]?.link !== link) return false
  // Agents on Kafka get packages from the gateway.
  return last.gatewayUrl === plan.gatewayUrl && (link === 'gateway' || last.kafkaBrokers === plan.kafka.ELVES_KAFKA_BROKERS)
}

interface WaitForLink {
  /** Ms since the epoch. */
  readonly since: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Where GraphQL is, and what it wants to see. */
interface GraphqlDoor {
  readonly graphqlUrl: string
  readonly token: string
}

/** Returns true if the agent has a link newer than `since`, or gets one in time. */
async function isConnected(door: GraphqlDoor, agentId: string, { since, timeoutMs, signal }: WaitForLink): Promise<boolean> {
  let isThere = false
  await until(async () => {
    isThere = await wasSeen(door, agentId, since)
    return isThere || signal?.aborted === true
  }, timeoutMs)
  return isThere
}

async function wasSeen(door: GraphqlDoor, agentId: string, since: number): Promise<boolean> {
  const query = 'query ($id: ID!) { agent(id: $id) { state lastSeenAt } }'
  try {
    const { agent } = await askPlatform<{ agent: { state: string; lastSeenAt: string | null } | null }>(door, query, { id: agentId }, 5_000)
    return agent?.state === 'CONNECTED' && Date.parse(agent.lastSeenAt ?? '') >= since
  } catch {
    return false
  }
}
