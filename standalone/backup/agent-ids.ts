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

/** Id of the agent in each folder that has one. */
export async function agentIds(dataDir: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const folder of await agentFolders(dataDir)) {
    const id = await agentIdIn(join(dataDir, folder))
    if (id !== null) ids[folder] = id
  }
  return ids
}

/** Null where none was made yet, or it can not be read: the agent itself says so when it starts. */
export async function agentIdIn(folder: string): Promise<string | null> {
  try {
    const { agentId } = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')) as { agentId?: unknown }
    return typeof agentId === 'string' ? agentId : null
  } catch {
    return null
  }
}

/** Makes a folder for an agent that is to be this one, with no journal: whatever it ran before, it is asked nothing of that again. */
export async function placeAgentId(folder: string, agentId: string): Promise<void> {
  makeFolder(folder, 0o700)
  await writePrivateFile(join(folder, 'identity.json'), `${JSON.stringify({ agentId })}\n`)
}
