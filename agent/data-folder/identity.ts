import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newPrivateKey, privateKeyOf, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId, randomAgentId } from '@elves/core/foundation/ids.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** Who the agent is, and the key that proves it. */
export interface AgentIdentity {
  readonly agentId: string
  readonly signer: Signer
  /** The key that it changes to: with a hello that both have signed, the center knows it. Absent: it keeps its key. */
  readonly nextSigner: Signer | undefined
  /** The private halves of both. */
  readonly keys: readonly KeyObject[]
  /** Forgets the earlier key, durably; call it when the center has welcomed a hello with the next one. Does nothing where there is none. */
  keepNext(): Promise<void>
}

interface Kept {
  readonly agentId: string
  /** Absent: a release without keys made the file. */
  readonly privateKey?: string
  /** Absent: no change of the key is under way. */
  readonly nextPrivateKey?: string
}

/**
 * Returns the agent's identity, which is made at the first start in this data folder: `identity.json`, readable by its owner only,
 * replaced as a whole. A file of a release without keys gets a key. Throws DATA_FOLDER_DAMAGED if the file holds no valid id or key.
 */
export async function agentIdentity(dataDir: string): Promise<AgentIdentity> {
  const path = pathIn(dataDir)
  const { agentId, privateKey: kept, nextPrivateKey } = (await readIdentity(path)) ?? { agentId: randomAgentId() }
  const privateKey = kept ?? newPrivateKey()
  if (kept === undefined) await write(path, { agentId, privateKey })
  return {
    agentId,
    signer: signerOfFile(path, privateKey),
    nextSigner: nextPrivateKey === undefined ? undefined : signerOfFile(path, nextPrivateKey),
    keys: [privateKey, nextPrivateKey].flatMap((key) => (key === undefined ? [] : privateKeyOf(key))),
    async keepNext() {
      // Another process may have asked for one more change since: that one stays for the next start.
      const now = await readIdentity(path)
      if (nextPrivateKey === undefined || now?.nextPrivateKey !== nextPrivateKey) return
      await write(path, { agentId, privateKey: nextPrivateKey })
    },
  }
}

/**
 * Makes a new key beside the present one: the agent's next hello has both, and from then on the center takes the new one only. Does
 * nothing where a change is under way. Returns false if there is no identity with a key yet. Throws DATA_FOLDER_DAMAGED.
 */
export async function beginKeyChange(dataDir: string): Promise<boolean> {
  const path = pathIn(dataDir)
  const kept = await readIdentity(path)
  if (kept?.privateKey === undefined) return false
  if (kept.nextPrivateKey === undefined) await write(path, { ...kept, nextPrivateKey: newPrivateKey() })
  return true
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'identity.json')
}

function write(path: string, kept: Kept): Promise<void> {
  return replaceFile(path, [Buffer.from(`${JSON.stringify(kept)}\n`)])
}

/** Null: there is no file. */
async function readIdentity(path: string): Promise<Kept | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? null : identityIn(path, text)
}

function identityIn(path: string, text: string): Kept {
  try {
    const { agentId, privateKey, nextPrivateKey } = JSON.parse(text)
    const areKeys = [privateKey, nextPrivateKey].every((key) => key === undefined || typeof key === 'string')
    if (typeof agentId === 'string' && isAgentId(agentId) && areKeys) return { agentId, privateKey, nextPrivateKey }
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
