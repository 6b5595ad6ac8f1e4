import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { listenAddress } from '@elves/core/http/listen-address.ts'
import { agentEnv } from './agent-env.ts'
import type { Center } from './center.ts'
import { requireFreePort } from './free-port.ts'
import { agentStopMs, type LocalAgent, lastRefusal, localAgent } from './local-agent.ts'
import { proofOf } from './proof.ts'
import { type Ready, standaloneFile } from './ready-file.ts'
import { turn } from './runner/log-file.ts'
import type { Plan, PreparedRun, Shape } from './runner/plan.ts'
import { refuseStopped } from './stopping.ts'

/**
 * An agent with a new folder has a new id. It gets the address of an earlier agent only when that agent counts as lost: if the log
 * says that the earlier one is linked (everything was killed, or a backup was put back by hand), that takes ELVES_AGENT_LOST_AFTER_MS.
 * A refused agent dials again after up to half a minute.
 */
const connectMarginMs = 60_000
const sayEveryMs = 10_000

/** `npm start`: all services in this process, on one port; Postgres and one agent are children. */
export function standalonePlan({ settings }: { settings: Settings }): Plan<Ready> {
  let port = 0
  return {
    name: 'standalone',
    file: standaloneFile,
    isOneProcess: true,
    agentFolders: ['agent'],
    async check(last) {
      listenAddress(settings.ELVES_LISTEN)
      port = await requireFreePort(settings.ELVES_HTTP_PORT, last === null ? null : Number(new URL(last.url).port))
    },
    start: (ground) => start(ground, port),
  }
}

async function start(ground: PreparedRun<Ready>, port: number): Promise<Shape<Ready>> {
  const { settings, stack, logger, log, keys, databaseUrl, postgresPid, say, stopping } = ground
  const { startCenter } = await import('./center.ts')
  const url = await databaseUrl
  say('Starting the services.')
  const center = stack.use('center', await startCenter({ dataDir: ground.dataDir, databaseUrl: url, port, settings, secrets: keys, logger, log }))
  refuseStopped(stopping)
  const gatewayUrl = `${center.url.replace('http', 'ws')}/gateway?token=${encodeURIComponent(keys.joinToken)}`
  const agent = await startAgent(ground, center, gatewayUrl)
  return {
    lines: center.outerUrl === null ? [] : [['open at', `${center.outerUrl}   (whoever has the token may use it there, too)`]],
    said: () => ({
      url: center.url,
      graphqlUrl: `${center.url}/graphql`,
      subscriptionsUrl: `${center.url.replace('http', 'ws')}/graphql`,
      gatewayUrl,
      outerUrl: center.outerUrl,
      authId: keys.authId,
      authKey: keys.authKey,
      ...proofOf(settings, keys),
      agents: [{ id: agent.current().agentId, ip: settings.ELVES_AGENT_IP || '127.0.0.1' }],
      pids: { standalone: process.pid, postgres: postgresPid(), agents: [agent.current().pid] },
    }),
  }
}

async function startAgent(ground: PreparedRun<Ready>, center: Center, gatewayUrl: string) {
  const { settings, env, dataDir, appsDir, stack, logger, parts, last, say, stopping } = ground
  const agentDataDir = join(dataDir, 'agent')
  makeFolder(agentDataDir, 0o700)
  const logFile = join(dataDir, 'logs', 'agent.log')
  turn(logFile)
  const connectTimeoutMs = settings.ELVES_AGENT_LOST_AFTER_MS + connectMarginMs
  say('Starting the agent.')
  const startedAt = Date.now()
  const agent = await stack.use('agent', parts.group()).keep({
    name: 'agent',
    start: (lastAgent: LocalAgent | null) =>
      localAgent({
        dataDir: agentDataDir,
        env: agentEnv(env, { ELVES_GATEWAY_URL: gatewayUrl, ELVES_AGENT_DATA_DIR: agentDataDir, ELVES_AGENT_APPS_DIR: appsDir }),
        logFile,
        mayAdopt: last === null || last.gatewayUrl === gatewayUrl || lastAgent !== null,
        stopMs: agentStopMs(settings),
        logger,
      }),
    restarted: ({ agentId }) => center.agentConnected(agentId, Date.now() - 1_000, connectTimeoutMs, stopping).catch(() => undefined),
  })
  const waiting = setInterval(async () => say(`The agent is not connected yet. ${await lastRefusal(logFile)}`), sayEveryMs)
  try {
    const { agentId } = agent.current()
    await center.agentLinked(agentId, connectTimeoutMs, stopping)
    clearInterval(waiting)
    // Tasks run from here on, however long the read models take.
    await center.caughtUp(say, stopping)
    await center.agentConnected(agentId, startedAt, connectTimeoutMs, stopping)
  } catch (error) {
    throw error instanceof ElvesError && error.code === 'AGENT_OFFLINE' ? offline(error, logFile, await lastRefusal(logFile)) : error
  } finally {
    clearInterval(waiting)
  }
  return agent
}

function offline(cause: ElvesError, logFile: string, refusal: string): ElvesError {
  return new ElvesError('AGENT_OFFLINE', `${cause.message} ${refusal} ${logFile} has more.`, { cause, facts: cause.facts })
}
