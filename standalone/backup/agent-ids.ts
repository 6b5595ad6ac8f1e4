import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { writePrivateFile } from '../private-file.ts'

export const agentFolderName = /^agent(-\d{1,4})?$/

/** The folders of local agents, below a data folder. */
export async function agentFolders(dataDir: string): Promise<string[]> {
  if (!existsSync(dataDir)) return []
  return (await readdir(dataDir)).filter((name) => agentFolderName.test(name))
}

/** Returns the agent's id for each folder that has one. */
export async function agentIds(dataDir: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const folder of await agentFolders(dataDir)) {
    const id = await agentIdIn(join(dataDir, folder))
    if (id !== null) ids[folder] = id
  }
  return ids
}

/** Returns the agent's private key for each folder that has one: without it, a restored agent is a stranger to the log. */
export async function agentKeys(dataDir: string): Promise<Record<string, string>> {
  const keys: Record<string, string> = {}
  for (const folder of await agentFolders(dataDir)) {
    const { privateKey } = await identityIn(join(dataDir, folder))
    if (typeof privateKey === 'string') keys[folder] = privateKey
  }
  return keys
}

/** Returns null if there is no id yet, or it can not be read: the agent itself reports that when it starts. */
export async function agentIdIn(folder: string): Promise<string | null> {
  const { agentId } = await identityIn(folder)
  return typeof agentId === 'string' ? agentId : null
}

async function identityIn(folder: string): Promise<{ readonly agentId?: unknown; readonly privateKey?: unknown }> {
  try {
    return Object(JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')))
  } catch {
    return {}
  }
}

/** Makes the folder of an agent with this id and key and without a journal: the center does not ask it for what it ran before. */
export async function placeAgentId(folder: string, agentId: string, privateKey?: string): Promise<void> {
  makeFolder(folder, 0o700)
  await writePrivateFile(join(folder, 'identity.json'), `${JSON.stringify({ agentId, privateKey })}\n`)
}
