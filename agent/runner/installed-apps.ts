import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import type { AppConfigs } from './app-config.ts'
import { shortageOf } from './shortage.ts'

/**
 * Returns the folders in the apps folder, by name; an empty list if there is no apps folder. Rejects if the folder
 * can't be read, because that does not mean that it is empty.
 */
export async function installedApps(appsDir: string, configs: AppConfigs): Promise<InstalledApp[]> {
  const names = (await namesIn(appsDir)).filter((name) => appNamePattern.test(name)).sort()
  const areApps = await Promise.all(names.map((name) => isFolder(join(appsDir, name))))
  const apps = names.filter((_, index) => areApps[index])
  configs.keep(apps)
  return apps.map((name) => ({ name, version: configs.of(name).version }))
}

async function namesIn(appsDir: string): Promise<string[]> {
  try {
    return await readdir(appsDir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (shortageOf(error) !== null) throw error
    return false
  }
}
