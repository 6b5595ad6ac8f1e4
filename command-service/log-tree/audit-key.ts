import { randomUUID } from 'node:crypto'
import { link, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newPrivateKey, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/**
 * Opens the key that signs heads, and makes it (0600) where the file is not there: of several processes that begin at once, all get
 * the same one. Throws CONFIG_INVALID for a file that holds no key.
 */
export async function auditKey(path: string, logger: Logger): Promise<Signer> {
  const text = (await kept(path)) ?? (await made(path))
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) logger.warn({ path }, 'others than its owner may read the key that signs heads of the log')
  try {
    return signerOf(text.trim())
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `ELVES_AUDIT_KEY_FILE: ${path} holds no Ed25519 key`, { cause, facts: { path } })
  }
}

async function kept(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new ElvesError('CONFIG_INVALID', `ELVES_AUDIT_KEY_FILE: ${path} can not be read: ${error.message}`, { cause: error, facts: { path } })
  })
}

async function made(path: string): Promise<string> {
  // In containers that share a folder, processes have the same pid.
  const draft = `${path}.${randomUUID()}.new`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${newPrivateKey()}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  // A link, not a rename: it never replaces the key of another process.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  await syncFolder(dirname(path))
  return readFile(path, 'utf8')
}
