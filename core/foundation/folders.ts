import { mkdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and its missing parents, with no more rights than the mode gives, whatever the umask. A folder that exists
 * stays as it is. Node's own `recursive` was rejected: it loops for ever if the system answers ENOENT for a folder whose
 * parent exists, as /proc does.
 */
export function makeFolder(path: string, mode = 0o755): void {
  const folder = resolve(path)
  if (isFolder(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent, 0o755)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process has made it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isFolder(folder)) return
    throw error
  }
}

/** Throws if a part of the path is a file, or if this process has no access to it. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Makes sure that files of this process and its children are never writable to others, even if it was started with a umask of 0. */
export function closeUmask(): void {
  process.umask(process.umask(0o022) | 0o022)
}

/** Makes the names in a folder durable, after files in it were made, renamed or removed. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
