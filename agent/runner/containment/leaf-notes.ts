import { existsSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'

/** Records in the data folder which run is in which leaf, for the next agent process. */
export interface LeafNotes {
  write(run: string, leaf: string): void
  read(run: string): string | null
  remove(run: string): void
  close(): void
}

/** Stores one symbolic link per run: making one is atomic, and it need not survive a reboot. */
export function leafNotes(dir: string, home: string): LeafNotes {
  makeFolder(dir, 0o700)

  function read(run: string): string | null {
    try {
      return basename(readlinkSync(join(dir, run)))
    } catch {
      return null
    }
  }

  const remove = (run: string) => rmSync(join(dir, run), { force: true })

  for (const run of readdirSync(dir)) if (!existsSync(join(home, read(run) ?? 'nothing'))) remove(run)
  return {
    write: (run, leaf) => {
      remove(run)
      symlinkSync(leaf, join(dir, run))
    },
    read,
    remove,
    close: () => {
      if (readdirSync(dir).length === 0) rmSync(dir, { recursive: true })
    },
  }
}
