import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { zipEntry } from './zip-entry.ts'

export interface MavenPlaces {
  /** Folder of the user's own Maven settings. */
  readonly userFolder: string
  /** Folder with `bin`, `conf` and `lib` of an installed Maven; null if there is none. */
  readonly home: string | null
}

/**
 * Returns the base URL of the Maven repository: the given one, else the mirror in Maven's settings (the user's before the
 * installation's), else the repository that the installed Maven uses. Throws DOWNLOAD_FAILED if none is known.
 */
export async function mavenRepository(given: string, places?: MavenPlaces): Promise<string> {
  if (given !== '') return given
  const { userFolder, home } = places ?? (await usualPlaces())
  const settings = [join(userFolder, 'settings.xml'), ...(home === null ? [] : [join(home, 'conf', 'settings.xml')])]
  for (const file of settings) {
    const mirror = mirrorIn(await readFile(file, 'utf8').catch(() => ''))
    if (mirror !== null) return mirror
  }
  const central = home === null ? null : await centralOf(home)
  if (central !== null) return central
  throw new ElvesError(
    'DOWNLOAD_FAILED',
    'No Maven repository is known that has the Kafka broker. Set ELVES_MAVEN_REPOSITORY to the base URL of one, or ELVES_KAFKA_BROKERS to brokers that run already.',
  )
}

/** Returns the mirror of the repository `central` from the text of a settings.xml. */
export function mirrorIn(settings: string): string | null {
  const text = settings.replaceAll(/<!--[\s\S]*?-->/g, '')
  for (const [, mirror = ''] of text.matchAll(/<mirror>([\s\S]*?)<\/mirror>/g)) {
    const url = element(mirror, 'url')
    if (url !== null && element(mirror, 'blocked') !== 'true' && isOfCentral(element(mirror, 'mirrorOf') ?? '')) return url
  }
  return null
}

function isOfCentral(mirrorOf: string): boolean {
  const names = mirrorOf.split(',').map((name) => name.trim())
  return !names.includes('!central') && names.some((name) => ['central', '*', 'external:*'].includes(name))
}

/** Every Maven contains the super POM, the parent of all projects, which names the central repository. */
async function centralOf(home: string): Promise<string | null> {
  const lib = join(home, 'lib')
  const jars = await readdir(lib).catch(() => [])
  const jar = jars.find((name) => /^maven-model-builder-.*\.jar$/.test(name))
  if (jar === undefined) return null
  const pom = zipEntry(await readFile(join(lib, jar)), 'org/apache/maven/model/pom-4.0.0.xml')
  return pom === null ? null : element(pom.toString('utf8').replaceAll(/<!--[\s\S]*?-->/g, ''), 'url')
}

function element(text: string, name: string): string | null {
  const value = new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1]
  return value === undefined || value === '' ? null : value
}

async function usualPlaces(): Promise<MavenPlaces> {
  return { userFolder: join(homedir(), '.m2'), home: await mavenHome() }
}

/** Asks Maven itself, because the `mvn` on the PATH may be a version manager's wrapper. */
async function mavenHome(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('mvn', ['--version'], { timeout: 30_000 })
    return /^Maven home: (.+)$/m.exec(stripVTControlCharacters(stdout))?.[1]?.trim() ?? null
  } catch {
    return null
  }
}
