import { mkdirSync, renameSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { folderLock } from '@elves/core/foundation/folder-lock.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger, type Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import pino from 'pino'
import { agentEnv } from './agent-env.ts'
import { installExample } from './apps.ts'
import type { Center } from './center.ts'
import { requireFreePort } from './free-port.ts'
import { type KeptRunning, keptRunning } from './kept-running.ts'
import { type LocalAgent, localAgent } from './local-agent.ts'
import { type EmbeddedPostgres, embeddedPostgres } from './postgres/embedded-postgres.ts'
import { requirePython } from './python.ts'
import { type Ready, readReady, removeReady, writeReady } from './ready-file.ts'
import { type Secrets, secrets } from './secrets.ts'
import { startMessage } from './start-message.ts'

export interface StandaloneOptions {
  readonly settings: Settings
  /** What the agent inherits. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Exists already. */
  readonly dataDir: string
  readonly say: (text: string) => void
}

/** The whole platform on this machine. */
export interface Standalone extends Running {
  /** Resolves when the agent is connected and `standalone.json` says so; rejects where it can not start, after all is stopped again. */
  readonly ready: Promise<Ready>
  /** Kills agent and Postgres without waiting; for a second Ctrl-C. */
  killAll(): void
}

/** How much longer than its own grace the agent may take to stop its runs and to report. */
const agentStopMarginMs = 10_000
const connectTimeoutMs = 30_000
const logTurnBytes = 20 * 1024 * 1024

/** Starts everything in one process, but Postgres and the agent, which are children. */
export function standalone(options: StandaloneOptions): Standalone {
  const { settings, dataDir } = options
  const logFile = join(dataDir, 'logs', 'standalone.log')
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  const logger = jsonLogger('standalone', settings.ELVES_LOG_LEVEL, turnedLog(logFile))
  const stack = new Stack(logger)
  const parts: Parts = { postgres: null, agent: null }
  const ready = start(options, { stack, logger, parts, logFile }).catch(async (error: unknown) => {
    logger.error({ err: error }, 'the start failed')
    await stack.stop()
    throw error
  })
  return {
    ready,
    async stop() {
      await ready.catch(() => undefined)
      await stack.stop()
    },
    killAll() {
      for (const pid of [parts.agent?.current().pid, parts.postgres?.current().pid]) kill(pid)
    },
  }
}

interface Parts {
  postgres: KeptRunning<EmbeddedPostgres> | null
  agent: KeptRunning<LocalAgent> | null
}

interface Starting {
  readonly stack: Stack
  readonly logger: Logger
  readonly parts: Parts
  readonly logFile: string
}

async function start(options: StandaloneOptions, starting: Starting): Promise<Ready> {
  const { settings, env, dataDir, say } = options
  const { stack, logger, parts, logFile } = starting
  stack.use('folder lock', await folderLock(dataDir))
  const last = await readReady(dataDir)
  await removeReady(dataDir)
  await requirePython(settings.ELVES_AGENT_PYTHON, env['PATH'] ?? '')
  const port = await requireFreePort(settings.ELVES_HTTP_PORT, last === null ? null : Number(new URL(last.url).port))
  const keys = await secrets(dataDir, givenSecrets(settings))
  const appsDir = resolve(settings.ELVES_AGENT_APPS_DIR === '' ? join(dataDir, 'apps') : settings.ELVES_AGENT_APPS_DIR)
  await installExample(appsDir)

  async function announce(): Promise<Ready | null> {
    if (parts.agent === null || center === null) return null
    const ready = readyNow(center, parts, keys, settings)
    await writeReady(dataDir, ready)
    return ready
  }

  let center: Center | null = null
  const database = databaseUrl(options, starting, () => announce())
  const { startCenter } = await import('./center.ts')
  center = stack.use('center', await startCenter({ databaseUrl: await database, port, settings, secrets: keys, logger }))
  const running = center
  const gatewayUrl = gatewayUrlOf(running, keys)
  const agentDataDir = join(dataDir, 'agent')
  await mkdir(agentDataDir, { recursive: true, mode: 0o700 })
  const startedAt = Date.now()
  parts.agent = await keptRunning({
    name: 'agent',
    logger,
    start: () =>
      localAgent({
        dataDir: agentDataDir,
        env: agentEnv(env, { gatewayUrl, dataDir: agentDataDir, appsDir }),
        logFile: join(dataDir, 'logs', 'agent.log'),
        mayAdopt: last === null || last.gatewayUrl === gatewayUrl || parts.agent !== null,
        stopMs: settings.ELVES_SHUTDOWN_MS + settings.ELVES_AGENT_STOP_GRACE_MS + agentStopMarginMs,
        logger,
      }),
    restarted: async ({ agentId }) => {
      await running.agentConnected(agentId, Date.now() - 1_000, connectTimeoutMs).catch(() => undefined)
      await announce()
    },
  })
  stack.use('agent', parts.agent)
  await running.agentConnected(parts.agent.current().agentId, startedAt, connectTimeoutMs)
  stack.defer('ready file', () => removeReady(dataDir))
  const ready = (await announce()) as Ready
  say(startMessage(ready, { dataDir, appsDir, logFile, notes: parts.postgres?.current().notes ?? [] }))
  return ready
}

/** The given server, or one of our own that is kept running. */
async function databaseUrl(
  { settings, dataDir }: StandaloneOptions,
  { stack, logger, parts }: Starting,
  announce: () => Promise<unknown>,
): Promise<string> {
  if (settings.ELVES_DATABASE_URL !== '') return settings.ELVES_DATABASE_URL
  const postgres = await keptRunning({
    name: 'Postgres',
    logger,
    start: (last: EmbeddedPostgres | null) =>
      embeddedPostgres({ dir: join(dataDir, 'postgres'), logger, ...(last === null ? {} : { port: last.port }) }),
    restarted: async () => void (await announce()),
  })
  parts.postgres = stack.use('Postgres', postgres)
  return postgres.current().url
}

function readyNow(center: Center, { agent, postgres }: Parts, keys: Secrets, settings: Settings): Ready {
  const { agentId, pid } = (agent as KeptRunning<LocalAgent>).current()
  return {
    url: center.url,
    graphqlUrl: `${center.url}/graphql`,
    subscriptionsUrl: `${center.url.replace('http', 'ws')}/graphql`,
    gatewayUrl: gatewayUrlOf(center, keys),
    authId: keys.authId,
    authKey: keys.authKey,
    agents: [{ id: agentId, ip: settings.ELVES_AGENT_IP }],
    pids: { standalone: process.pid, postgres: postgres?.current().pid ?? null, agents: [pid] },
  }
}

function gatewayUrlOf(center: Center, { joinToken }: Secrets): string {
  return `${center.url.replace('http', 'ws')}/gateway?token=${encodeURIComponent(joinToken)}`
}

function givenSecrets(settings: Settings): Partial<Secrets> {
  return {
    joinToken: settings.ELVES_JOIN_TOKEN,
    serviceSecret: settings.ELVES_SERVICE_SECRET,
    authId: settings.ELVES_AUTH_ID,
    authKey: settings.ELVES_AUTH_KEY,
  }
}

/** The log file; a large one of earlier runs is put aside at the start. */
function turnedLog(path: string): pino.DestinationStream {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > logTurnBytes) renameSync(path, `${path}.1`)
  return pino.destination({ dest: path, sync: true, mode: 0o600 })
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch {
    // it is gone already
  }
}
