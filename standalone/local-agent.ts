import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentProcess } from '@elves/agent/data-folder/claim.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type FolderHolder, folderHolder } from '@elves/core/foundation/folder-lock.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { agentFolders } from './backup/agent-ids.ts'
import type { Instance } from './kept-running.ts'
import { spawned } from './spawned.ts'

/** The agent on this machine. It is a process of its own, which outlives a kill of the platform, so that its runs go on. */
export interface LocalAgent extends Instance {
  readonly agentId: string
  readonly isAdopted: boolean
}

export interface LocalAgentOptions {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logFile: string
  /** True if an agent that still runs from an earlier start talks to this start's gateway; then it may stay. */
  readonly mayAdopt: boolean
  /** How long a stop waits for the agent before it kills it. */
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

/** Added to the agent's own grace, for stopping its runs and reporting them. */
const stopMarginMs = 10_000

const agentMain = join(import.meta.dirname, '..', 'agent', 'main.ts')

/** How long an agent may take to stop. */
export function agentStopMs(settings: Pick<Settings, 'ELVES_SHUTDOWN_MS' | 'ELVES_AGENT_STOP_GRACE_MS'>): number {
  return settings.ELVES_SHUTDOWN_MS + settings.ELVES_AGENT_STOP_GRACE_MS + stopMarginMs
}

/** Stops agents that still run from an earlier start that had other agents. */
export async function stopOtherAgents({ dataDir, ours, settings, logger }: OtherAgents): Promise<void> {
  const folders = (await agentFolders(dataDir)).filter((name) => !ours.includes(name))
  await Promise.all(
    folders.map(async (folder) => {
      const left = await folderHolder(join(dataDir, folder))
      if (left === null) return
      logger.warn({ pid: left.pid, folder }, 'stopping an agent of an earlier start, because this start has no agent at its address')
      await stopProcess(left.pid, left.gone, agentStopMs(settings))
    }),
  )
}

/** Adopts the agent that runs on this data folder, else stops it and starts one. The agent's lock keeps two from using one journal. */
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
      logger.warn({ pid: left.pid }, 'stopping the agent of an earlier start, because it talks to another address')
      await stopProcess(left.pid, left.gone, stopMs)
    }
    const started = await startedAgent(options)
    if (started !== null) return started
    if (attempt === 3)
      throw new ElvesError('AGENT_NOT_STARTED', `The agent does not start; the end of ${options.logFile}:\n${await lastLines(options.logFile)}`)
    // Another agent was perhaps just starting on this folder: the next round finds it.
    await delay(500)
  }
}

/** Starts an agent; returns null if it ended at once, and its log says why. */
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

/** Adopts a running agent; returns null if it ends before it has said who it is. */
async function adopted({ pid, gone }: FolderHolder, dataDir: string, stopMs: number): Promise<LocalAgent | null> {
  let isGone = false
  void gone.then(() => {
    isGone = true
  })
  const agent = await told(dataDir, pid, () => isGone)
  return agent && { pid, agentId: agent.agentId, isAdopted: true, ended: gone, stop: () => stopProcess(pid, gone, stopMs) }
}

/** Waits for `agent.json` of the agent with this pid. */
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

/** Returns the last failure in the agent's log, for people; empty if there is none. */
export async function lastRefusal(logFile: string): Promise<string> {
  const lines = (await lastLines(logFile)).split('\n').reverse()
  for (const line of lines) {
    try {
      const { level, msg } = JSON.parse(line) as { level?: string; msg?: string }
      if (level === 'warn' || level === 'error') return `Its log says: ${msg}.`
    } catch {
      // not a line of the agent's log
    }
  }
  return ''
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-5).join('\n')
}
