import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packageLimits, walkPackage } from '@elves/core/app-package/walk-package.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'

/**
 * Unpacks a package into an empty folder, checking all of it as the center did: an agent believes no checks but its own. Resolves when
 * all of it is on the disk. Throws a PACKAGE_… code; the folder is then of no use.
 */
export async function unpack(file: FileHandle, sha256: string, folder: string): Promise<void> {
  const folders = new Set([folder])
  await walkPackage(file, sha256, packageLimits, async ({ parts, isFolder, isExecutable }, content) => {
    const path = join(folder, ...parts)
    const own = isFolder ? path : dirname(path)
    await mkdir(own, { recursive: true, mode: 0o755 })
    for (let parent = own; !folders.has(parent); parent = dirname(parent)) folders.add(parent)
    if (isFolder) return
    const written = await open(path, 'wx', isExecutable ? 0o755 : 0o644)
    try {
      // write() alone may take a part of a chunk on a disk that is nearly full, without an error.
      await written.writeFile(content)
      await written.sync()
    } finally {
      await written.close()
    }
  })
  for (const one of folders) await syncFolder(one)
}
