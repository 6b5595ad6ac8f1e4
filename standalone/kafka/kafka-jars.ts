import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { mavenRepository } from './maven-repository.ts'

/** One line of tools/kafka/kafka-jars.lock.json. */
export interface LockedJar {
  /** group:artifact:version */
  readonly coordinates: string
  readonly sha256: string
}

export interface KafkaJars {
  /** The jars are kept in its subfolder `kafka`. */
  readonly cacheDir: string
  /** Base URL; '' takes it from Maven's settings, but only if a jar is missing. */
  readonly repository: string
  readonly logger: Logger
}

const lockFile = new URL('../../tools/kafka/kafka-jars.lock.json', import.meta.url)
const atOnce = 8
const tries = 3
const partAgeMs = 3_600_000

/** Returns the paths of the broker's jars, each checked; fetches missing ones. Throws DOWNLOAD_FAILED. */
export async function kafkaJars({ cacheDir, repository, logger }: KafkaJars): Promise<string[]> {
  const { jars, kafka } = JSON.parse(await readFile(lockFile, 'utf8')) as { kafka: string; jars: LockedJar[] }
  return fetchedJars({ jars, dir: join(cacheDir, 'kafka', kafka), repository, logger })
}

/** Like {@link kafkaJars}, for any list. Several processes may run it at once: each moves only whole files into place. */
export async function fetchedJars(wanted: {
  readonly jars: readonly LockedJar[]
  readonly dir: string
  readonly repository: string
  readonly logger: Logger
}): Promise<string[]> {
  const { jars, dir, logger } = wanted
  makeFolder(dir)
  const isThere = await Promise.all(jars.map((jar) => isWhole(join(dir, fileName(jar)), jar.sha256)))
  const missing = jars.filter((_, index) => !isThere[index])
  if (missing.length > 0) {
    const base = (await mavenRepository(wanted.repository)).replace(/\/+$/, '')
    logger.info({ jars: missing.length, dir }, 'fetching the Kafka broker (once; it is kept)')
    await removeOldParts(dir)
    const waiting = [...missing]
    const line = async () => {
      for (let jar = waiting.shift(); jar !== undefined; jar = waiting.shift()) await fetchJar(jar, base, dir)
    }
    await Promise.all(Array.from({ length: atOnce }, line))
  }
  return jars.map((jar) => join(dir, fileName(jar)))
}

async function fetchJar(jar: LockedJar, base: string, dir: string): Promise<void> {
  const bytes = await download(urlOf(jar, base))
  const sha256 = checksum(bytes)
  if (sha256 !== jar.sha256) {
    throw failed(`${jar.coordinates} from the Maven repository is not what its checksum says`, { expected: jar.sha256, got: sha256 })
  }
  const part = join(dir, `.part-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(part, bytes)
    await rename(part, join(dir, fileName(jar)))
  } finally {
    await rm(part, { force: true })
  }
}

async function download(url: URL): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url)
    } catch (error) {
      if (attempt === tries || (error instanceof ElvesError && !error.canRetry)) throw error instanceof ElvesError ? error : unreachable(url, error)
      await delay(300 * attempt)
    }
  }
}

async function downloadOnce(url: URL): Promise<Buffer> {
  const { username, password } = url
  const headers = username === '' ? {} : { authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}` }
  const response = await fetch(withoutUser(url), { headers, signal: AbortSignal.timeout(120_000) })
  if (!response.ok) {
    const message = `${withoutUser(url)} answers ${response.status}; ELVES_MAVEN_REPOSITORY names another repository`
    throw failed(message, { status: response.status }, response.status >= 500)
  }
  return Buffer.from(await response.arrayBuffer())
}

async function isWhole(path: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null)
  return bytes !== null && checksum(bytes) === sha256
}

/** Removes what a killed process left. */
async function removeOldParts(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith('.part-')) continue
    const found = await stat(join(dir, name)).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > partAgeMs) await rm(join(dir, name), { force: true })
  }
}

function fileName({ coordinates }: LockedJar): string {
  return `${coordinates.replaceAll(':', '-')}.jar`
}

function urlOf({ coordinates }: LockedJar, base: string): URL {
  const [group = '', artifact = '', version = ''] = coordinates.split(':')
  return new URL(`${base}/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`)
}

function withoutUser(url: URL): string {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain.href
}

function checksum(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function unreachable(url: URL, cause: unknown): ElvesError {
  const message = `${withoutUser(url)} can not be fetched; ELVES_MAVEN_REPOSITORY names another repository`
  return new ElvesError('DOWNLOAD_FAILED', message, { canRetry: true, cause })
}

function failed(message: string, facts: Record<string, unknown>, canRetry = false): ElvesError {
  return new ElvesError('DOWNLOAD_FAILED', message, { facts, canRetry })
}
