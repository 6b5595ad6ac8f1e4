import { existsSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'

/** Notes in the data folder which run is in which leaf, for the agent process after this one. */
export interface LeafNotes {
  write(run: string, leaf: string): void
  read(run: string): string | null
  remove(run: string): void
  close(): void
}

/** One symbolic link a run: made at once or not at all, and needed no longer than the machine runs. */
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
