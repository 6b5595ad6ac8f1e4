import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'

/** The parameters of runs that read them from a file, each in a folder of its run's own, which only this user can enter. */
export interface ParamFiles {
  /** Returns the path of the file. Throws if it can't be written now. */
  write(run: string, text: string): string
  remove(run: string): void
  close(): void
}

/** Removes at once what an earlier process left in the folder. */
export function paramFiles(dir: string): ParamFiles {
  const removeAll = () => rmSync(dir, { recursive: true, force: true })
  const remove = (run: string) => rmSync(join(dir, run), { recursive: true, force: true })

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
