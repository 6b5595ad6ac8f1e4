import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { folderHolder, folderLock } from '@elves/core/foundation/folder-lock.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** The agent process named in `agent.json` of the data folder. The folder's lock shows whether that process still runs. */
export interface AgentProcess {
  readonly pid: number
  /** ISO 8601. */
  readonly startTime: string
  readonly agentId: string
  readonly bootId: string
}

/**
 * Returns the agent process that uses this data folder now. Returns null if there is none, if one is still starting, or
 * if the file was left by a process that was killed.
 */
export async function findAgentProcess(dataDir: string): Promise<AgentProcess | null> {
  try {
    const found: AgentProcess = JSON.parse(await readFile(agentFile(dataDir), 'utf8'))
    const holder = await folderHolder(dataDir)
    holder?.unwatch()
    return holder?.pid === found.pid ? found : null
  } catch {
    return null
  }
}

/** Makes this process the only agent on the data folder until `stop` or its exit. Throws DATA_FOLDER_IN_USE with the pid of the other process. */
export function claimDataFolder(dataDir: string): Promise<Running> {
  return folderLock(dataDir)
}

/** Writes `agent.json`; `stop` deletes it. If the process is killed, the file stays. */
export async function tellProcess(dataDir: string, agent: { agentId: string; bootId: string }): Promise<Running> {
  const path = agentFile(dataDir)
  const startTime = new Date(Date.now() - process.uptime() * 1000).toISOString()
  const told: AgentProcess = { pid: process.pid, startTime, agentId: agent.agentId, bootId: agent.bootId }
  await replaceFile(path, [Buffer.from(`${JSON.stringify(told)}\n`)])
  return { stop: () => rm(path, { force: true }) }
}

function agentFile(dataDir: string): string {
  return join(dataDir, 'agent.json')
}
