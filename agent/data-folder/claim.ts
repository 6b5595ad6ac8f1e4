import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { folderHolder, folderLock } from '@elves/core/foundation/folder-lock.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** What `agent.json` in the data folder says of the agent that works on it; the folder's lock tells whether it still does. */
export interface AgentProcess {
  readonly pid: number
  /** ISO 8601. */
  readonly startTime: string
  readonly agentId: string
  readonly bootId: string
}

/** The agent that works on this data folder now, or null: also while one is just starting, and where a kill left the file. */
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

/** Makes this process the only agent on the data folder, until `stop` or its end; throws DATA_FOLDER_IN_USE with the other's pid. */
export function claimDataFolder(dataDir: string): Promise<Running> {
  return folderLock(dataDir)
}

/** Writes `agent.json`; `stop` deletes it. A kill leaves it. */
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
