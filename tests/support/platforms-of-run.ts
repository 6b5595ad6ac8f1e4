import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { binaries } from '@elves/standalone/postgres/binaries.ts'
import { dataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { serverUser } from '@elves/standalone/postgres/server-user.ts'
import type { TestProject } from 'vitest/node'
import { removePlatform } from './remove-platform.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of what the platforms of a run share; see {@link setup}. */
    folderOfRun: string
  }
}

/** Name of the variable with the folder, for the code that makes platforms; run-folder.ts sets it. */
export const folderOfRun = 'ELVES_TEST_RUN_FOLDER'
const template = 'template'

/**
 * Makes a folder for the run. It holds a database that no server has run on yet, because a copy takes a tenth of initdb's time, and
 * the data folders of the platforms that several test files share: nobody knows which file is the last, so they end with the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'elves-run-'))
  await chmod(dir, 0o755)
  const user = await serverUser()
  await dataFolder(join(dir, template, 'postgres'), await binaries(user), user)
  await chmod(join(dir, template), 0o755)
  project.provide('folderOfRun', dir)
  return async () => {
    for (const name of await readdir(dir)) await removePlatform(join(dir, name))
    await rm(dir, { recursive: true, force: true })
  }
}

/** Puts a copy of the run's database into a new data folder; does nothing in a run that made none. */
export async function copyDatabase(dataDir: string): Promise<void> {
  const dir = process.env[folderOfRun]
  // Node's own copy takes longer than initdb for the thousand files.
  if (dir !== undefined) await promisify(execFile)('cp', ['-a', join(dir, template, 'postgres'), dataDir])
}
