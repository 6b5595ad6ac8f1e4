import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cutText } from '@elves/core/foundation/text.ts'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'

const appPattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u
const configBytes = 256 * 1024

/** Whether a text can be an app's name: one path segment, no leading dot. */
export function isAppName(text: string): boolean {
  return appPattern.test(text)
}

/** The folders of the apps folder, by name; none where there is no apps folder. */
export async function installedApps(appsDir: string): Promise<InstalledApp[]> {
  const names = (await readdir(appsDir).catch(() => [])).filter(isAppName).sort()
  const apps = await Promise.all(names.map((name) => installedApp(appsDir, name)))
  return apps.filter((app) => app !== null)
}

async function installedApp(appsDir: string, name: string): Promise<InstalledApp | null> {
  const found = await stat(join(appsDir, name)).catch(() => null)
  return found?.isDirectory() ? { name, version: await appVersion(join(appsDir, name, 'appcfg.json')) } : null
}

/** The `version` of appcfg.json, key in any case as in the rest of that file; empty where it tells none. */
async function appVersion(configFile: string): Promise<string> {
  try {
    if ((await stat(configFile)).size > configBytes) return ''
    const config: unknown = JSON.parse(await readFile(configFile, 'utf8'))
    if (typeof config !== 'object' || config === null) return ''
    const version: unknown = Object.entries(config).find(([key]) => key.toLowerCase() === 'version')?.[1]
    return typeof version === 'string' || typeof version === 'number' ? cutText(String(version), 64).toWellFormed() : ''
  } catch {
    return ''
  }
}
