import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '@elves/core/foundation/folders.ts'

/** Writes a file that only its owner may read (0600), whole or not at all: writes and syncs a draft, then renames it. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}
