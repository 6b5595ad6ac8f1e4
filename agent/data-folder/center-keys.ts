import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPublicKey } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** The keys by which the agent knows its center's instructions. */
export interface CenterKeys {
  /** The last keys that the center told; empty: it never told any. */
  readonly keys: readonly string[]
  /** Keeps newer keys, now in memory and soon in the file. */
  readonly take: (keys: readonly string[]) => void
  /** Resolves when they are in the file, or could not be written. */
  readonly written: () => Promise<void>
}

/**
 * Reads `center-keys.json` of the data folder. An agent that was told keys once takes nothing unsigned any more, over restarts too.
 * Throws DATA_FOLDER_DAMAGED.
 */
export async function storedCenterKeys(dataDir: string, logger: Logger): Promise<CenterKeys> {
  const path = join(dataDir, 'center-keys.json')
  let keys = await readKeys(path)
  let writing: Promise<void> = Promise.resolve()
  return {
    get keys() {
      return keys
    },
    take(newer) {
      if (JSON.stringify(newer) === JSON.stringify(keys)) return
      keys = newer
      const bytes = Buffer.from(`${JSON.stringify(newer)}\n`)
      writing = writing
        .then(() => replaceFile(path, [bytes]))
        .catch((error: unknown) => logger.error({ err: error, path }, "the center's keys could not be kept; the next welcome tells them again"))
    },
    written: () => writing,
  }
}

async function readKeys(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  try {
    const keys: unknown = JSON.parse(text)
    if (Array.isArray(keys) && keys.every((key) => typeof key === 'string' && isPublicKey(key))) return keys
  } catch {}
  const message = `${path} does not hold the center's keys. Restore it, or delete it: then the agent takes those of the next welcome`
  throw new ElvesError('DATA_FOLDER_DAMAGED', message, { facts: { path } })
}

/** Keys that are kept nowhere: for agents that are simulated. */
export function centerKeysInMemory(): CenterKeys {
  let keys: readonly string[] = []
  return {
    get keys() {
      return keys
    },
    take(newer) {
      keys = newer
    },
    written: async () => undefined,
  }
}
