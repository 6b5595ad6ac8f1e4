import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import { shortageOf } from './shortage.ts'
import type { CommandSources } from './worker-command.ts'

/**
 * Returns the folders in the apps folder and the apps that the center sent, by name; a local folder counts where there are both. Rejects if the folder
 * can't be read, because that does not mean that it is empty.
 */
export async function installedApps({ appsDir, stored, configs }: Pick<CommandSources, 'appsDir' | 'stored' | 'configs'>): Promise<InstalledApp[]> {
  const names = (await namesIn(appsDir)).filter((name) => appNamePattern.test(name)).sort()
  const areApps = await Promise.all(names.map((name) => isFolder(join(appsDir, name))))
  const local = names.filter((_, index) => areApps[index])
  const sent = (stored?.apps() ?? []).flatMap((name) => {
    const current = local.includes(name) ? null : (stored?.current(name) ?? null)
    return current ? [{ name, version: current.version, isLocal: false }] : []
  })
  configs.keep([...local, ...sent.map(({ name }) => name)])
  const apps = [...local.map((name) => ({ name, version: configs.of(name).version, isLocal: true })), ...sent]
  return apps.sort((one, other) => (one.name < other.name ? -1 : 1))
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
