import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentProcess } from '@elves/agent/data-folder/claim.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type FolderHolder, folderHolder } from '@elves/core/foundation/folder-lock.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { until } from '@elves/core/foundation/until.ts'
import { agentFolders } from './backup/agent-ids.ts'
import type { Instance } from './kept-running.ts'
import { spawned } from './spawned.ts'

/** The agent on this machine: a process of its own, which outlives a kill of ours, so that its runs go on. */
export interface LocalAgent extends Instance {
  readonly agentId: string
  readonly isAdopted: boolean
}

export interface LocalAgentOptions {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logFile: string
  /** Whether an agent that lives on from before talks to the gateway of this start: then it may stay. */
  readonly mayAdopt: boolean
  /** How long a stop waits for it before it kills. */
  readonly stopMs: number
  readonly logger: Logger
}

export interface OtherAgents {
  readonly dataDir: string
  /** Folders of the agents that may stay. */
  readonly ours: readonly string[]
  readonly settings: Settings
  readonly logger: Logger
}

/** How much longer than its own grace the agent may take to stop its runs and to report. */
const stopMarginMs = 10_000

const agentMain = join(import.meta.dirname, '..', 'agent', 'main.ts')

/** How long an agent may take to stop. */
export function agentStopMs(settings: Pick<Settings, 'ELVES_SHUTDOWN_MS' | 'ELVES_AGENT_STOP_GRACE_MS'>): number {
  return settings.ELVES_SHUTDOWN_MS + settings.ELVES_AGENT_STOP_GRACE_MS + stopMarginMs
}

/** Stops the agents that live on from a start of another shape or size. */
export async function stopOtherAgents({ dataDir, ours, settings, logger }: OtherAgents): Promise<void> {
  const folders = (await agentFolders(dataDir)).filter((name) => !ours.includes(name))
  await Promise.all(
    folders.map(async (folder) => {
      const left = await folderHolder(join(dataDir, folder))
      if (left === null) return
      logger.warn({ pid: left.pid, folder }, 'stopping an agent that was left from before: this start has none there')
      await stopProcess(left.pid, left.gone, agentStopMs(settings))
    }),
  )
}

/** Adopts the agent that works on this data folder, or stops it; else starts one. Never two on one journal: the agent's own lock sees to it. */
export async function localAgent(options: LocalAgentOptions): Promise<LocalAgent> {
  const { dataDir, mayAdopt, stopMs, logger } = options
  makeFolder(dataDir, 0o700)
  for (let attempt = 1; ; attempt++) {
    const left = await folderHolder(dataDir)
    if (left !== null && mayAdopt) {
      const agent = await adopted(left, dataDir, stopMs)
      if (agent !== null) {
        logger.info({ pid: agent.pid, agentId: agent.agentId }, 'adopted the agent that was left from before')
        return agent
      }
    } else if (left !== null) {
      logger.warn({ pid: left.pid }, 'stopping the agent that was left from before: it talks to another address')
      await stopProcess(left.pid, left.gone, stopMs)
    }
    const started = await startedAgent(options)
    if (started !== null) return started
    if (attempt === 3)
      throw new ElvesError('AGENT_NOT_STARTED', `The agent does not start; the end of ${options.logFile}:\n${await lastLines(options.logFile)}`)
    // It may have met an agent that was just starting: the next round finds that one.
    await delay(500)
  }
}

/** Null where it ended at once; its log says why. */
async function startedAgent({ dataDir, env, logFile, stopMs }: LocalAgentOptions): Promise<LocalAgent | null> {
  const log = await open(logFile, 'a', 0o600)
  const child = spawned(process.execPath, [agentMain], { cwd: dataDir, env, detached: true, stdio: ['ignore', log.fd, log.fd] })
  await log.close()
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const { pid } = child
  if (pid === undefined) return null
  const agent = await told(dataDir, pid, () => child.exitCode !== null || child.signalCode !== null)
  if (agent === null) {
    child.kill('SIGKILL')
    return null
  }
  return { pid, agentId: agent.agentId, isAdopted: false, ended, stop: () => stopProcess(pid, ended, stopMs) }
}

/** Null where it ends before it has said who it is. */
async function adopted({ pid, gone }: FolderHolder, dataDir: string, stopMs: number): Promise<LocalAgent | null> {
  let isGone = false
  void gone.then(() => {
    isGone = true
  })
  const agent = await told(dataDir, pid, () => isGone)
  return agent && { pid, agentId: agent.agentId, isAdopted: true, ended: gone, stop: () => stopProcess(pid, gone, stopMs) }
}

/** What the agent with this pid says of itself in `agent.json`, once it does. */
async function told(dataDir: string, pid: number, isEnded: () => boolean): Promise<AgentProcess | null> {
  let agent: AgentProcess | null = null
  await until(async () => {
    const text = await readFile(join(dataDir, 'agent.json'), 'utf8').catch(() => 'null')
    agent = JSON.parse(text) as AgentProcess | null
    return isEnded() || agent?.pid === pid
  }, 30_000)
  const found = agent as AgentProcess | null
  return found?.pid === pid ? found : null
}

async function stopProcess(pid: number, gone: Promise<unknown>, stopMs: number): Promise<void> {
  let isGone = false
  void gone.then(() => {
    isGone = true
  })
  await Promise.resolve()
  for (const [signal, waitMs] of [
    ['SIGTERM', stopMs],
    ['SIGKILL', 10_000],
  ] as const) {
    if (isGone) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    if (await until(() => isGone, waitMs)) return
  }
}

/** What the agent's log last says of a failure, for people; empty where it says nothing. */
export async function lastRefusal(logFile: string): Promise<string> {
  const lines = (await lastLines(logFile)).split('\n').reverse()
  for (const line of lines) {
    try {
      const { level, msg } = JSON.parse(line) as { level?: string; msg?: string }
      if (level === 'warn' || level === 'error') return `Its log says: ${msg}.`
    } catch {
      // it is no line of our log
    }
  }
  return ''
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-5).join('\n')
}
