import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** The parameters of runs that read them from a file, each in a folder of its run's own, which only this user can enter. */
export interface ParamFiles {
  /** Returns the path of the file. Throws if it can't be written now. */
  write(run: string, text: string): string
  /** Leaves what can't be removed now, for the next start. */
  remove(run: string): void
  close(): void
}

/** Removes at once what an earlier process left in the folder. */
export function paramFiles(dir: string, logger: Logger): ParamFiles {
  const removeAll = () => removed(dir)
  const remove = (run: string) => removed(join(dir, run))

  /** The host may be short of descriptors, and a worker may have put something there that this user must not remove. */
  function removed(path: string): void {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch (error) {
      logger.warn({ err: error, path }, 'parameters of runs can not be removed now')
    }
  }

  function write(run: string, text: string): string {
    const folder = join(dir, run)
    const file = join(folder, 'param.json')
    try {
      makeFolder(dir, 0o700)
      mkdirSync(folder, { mode: 0o700 })
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
      return file
    } catch (error) {
      remove(run)
      throw error
    }
  }

  removeAll()
  return { write, remove, close: removeAll }
}
