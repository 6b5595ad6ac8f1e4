import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newPrivateKey, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId, randomAgentId } from '@elves/core/foundation/ids.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** Who the agent is, and the key that proves it. */
export interface AgentIdentity {
  readonly agentId: string
  readonly signer: Signer
}

interface Kept {
  readonly agentId: string
  /** Absent: a release without keys made the file. */
  readonly privateKey?: string
}

/**
 * Returns the agent's identity, which is made at the first start in this data folder: `identity.json`, readable by its owner only,
 * replaced as a whole. A file of a release without keys gets a key. Throws DATA_FOLDER_DAMAGED if the file holds no valid id or key.
 */
export async function agentIdentity(dataDir: string): Promise<AgentIdentity> {
  const path = join(dataDir, 'identity.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  const { agentId, privateKey }: Kept = text === null ? { agentId: randomAgentId() } : readIdentity(path, text)
  if (privateKey !== undefined) return { agentId, signer: signerOfFile(path, privateKey) }
  const made = newPrivateKey()
  await replaceFile(path, [Buffer.from(`${JSON.stringify({ agentId, privateKey: made } satisfies Kept)}\n`)])
  return { agentId, signer: signerOf(made) }
}

function readIdentity(path: string, text: string): Kept {
  try {
    const { agentId, privateKey } = JSON.parse(text)
    const isKey = privateKey === undefined || typeof privateKey === 'string'
    if (typeof agentId === 'string' && isAgentId(agentId) && isKey) return { agentId, privateKey }
  } catch {}
  throw damaged(path, 'an agent id')
}

function signerOfFile(path: string, privateKey: string): Signer {
  try {
    return signerOf(privateKey)
  } catch {
    throw damaged(path, 'a key of an agent')
  }
}

function damaged(path: string, what: string): ElvesError {
  const message = `${path} does not hold ${what}. Restore it, or delete it to join as a new agent`
  return new ElvesError('DATA_FOLDER_DAMAGED', message, { facts: { path } })
}
