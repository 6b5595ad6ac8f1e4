import { fdatasync, ftruncate, write } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { syncFolder } from '@elves/core/foundation/folders.ts'

/** Port: what a journal does to its open file. Tests use an implementation that fails. */
export interface JournalDisk {
  write(fd: number, bytes: Buffer, offset: number): Promise<void>
  sync(fd: number): Promise<void>
  truncate(fd: number, length: number): Promise<void>
}

const writeSome = promisify(write)

export const journalDisk: JournalDisk = {
  async write(fd, bytes, offset) {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await writeSome(fd, bytes, written, bytes.length - written, offset + written)
      written += bytesWritten
    }
  },
  sync: promisify(fdatasync),
  truncate: promisify(ftruncate),
}

/** Replaces a file durably: after a crash, either the whole old file or the whole new one is there. */
export async function replaceFile(path: string, parts: Iterable<Buffer>): Promise<void> {
  const file = await openReplacement(path, parts)
  await file.close()
  await syncFolder(dirname(path))
}

/** Like {@link replaceFile}, but returns the new file open; it is durable after {@link syncFolder}. If it throws, the old file is still in place. */
export async function openReplacement(path: string, parts: Iterable<Buffer>): Promise<FileHandle> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w+', 0o600)
  try {
    for (const part of parts) await file.writeFile(part)
    await file.sync()
    await rename(temporary, path)
    return file
  } catch (error) {
    await file.close()
    await rm(temporary, { force: true })
    throw error
  }
}
