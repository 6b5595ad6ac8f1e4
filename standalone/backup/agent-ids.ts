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

/** Returns null if there is no id yet, or it can not be read: the agent itself reports that when it starts. */
export async function agentIdIn(folder: string): Promise<string | null> {
  try {
    const { agentId } = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')) as { agentId?: unknown }
    return typeof agentId === 'string' ? agentId : null
  } catch {
    return null
  }
}

/** Makes the folder of an agent with this id and without a journal: the center does not ask it for what it ran before. */
export async function placeAgentId(folder: string, agentId: string): Promise<void> {
  makeFolder(folder, 0o700)
  await writePrivateFile(join(folder, 'identity.json'), `${JSON.stringify({ agentId })}\n`)
}
