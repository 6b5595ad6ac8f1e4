import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId, randomAgentId } from '@elves/core/foundation/ids.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** Returns the agent's id, which is made at the first start in this data folder. Throws DATA_FOLDER_DAMAGED if the file holds no valid id. */
export async function agentIdentity(dataDir: string): Promise<string> {
  const path = join(dataDir, 'identity.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text !== null) return readIdentity(path, text)
  const agentId = randomAgentId()
  await replaceFile(path, [Buffer.from(`${JSON.stringify({ agentId })}\n`)])
  return agentId
}

function readIdentity(path: string, text: string): string {
  try {
    const { agentId } = JSON.parse(text)
    if (typeof agentId === 'string' && isAgentId(agentId)) return agentId
  } catch {}
  const message = `${path} does not hold an agent id. Restore it, or delete it to join as a new agent`
  throw new ElvesError('DATA_FOLDER_DAMAGED', message, { facts: { path } })
}
