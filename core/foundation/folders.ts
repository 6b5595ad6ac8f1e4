import { mkdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing, never open to more than the mode says, whatever the umask; one that
 * is there stays as it is. Not Node's own `recursive`: that one spins for ever where the system answers ENOENT for a
 * folder whose parent is there, as /proc does.
 */
export function makeFolder(path: string, mode = 0o755): void {
  const folder = resolve(path)
  if (isFolder(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent, 0o755)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process made it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isFolder(folder)) return
    throw error
  }
}

/** Throws where a part of the path is a file, or closed to us. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** What this process and its children make is never writable to others, also where it was started with a umask of 0. */
export function closeUmask(): void {
  process.umask(process.umask(0o022) | 0o022)
}

/** Makes the names in a folder durable: of files that were made, renamed or removed. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
