import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import type { Launch, Launched } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type pg from 'pg'
import { throwAway } from './throw-away.ts'

export interface TemporaryPlatform<Said> {
  readonly launched: Launched<Said>
  readonly dataDir: string
  readonly databaseUrl: string
  /** Connections for baselines on the same server. */
  readonly database: pg.Pool
  /** Stops the platform and launches it again on its folder; returns how long the launch took, in seconds. */
  restart(): Promise<number>
  /** Stops the platform and removes its folder, unless that is kept. */
  stop(): Promise<void>
}

const lastQueriesMs = 2_000

/**
 * Launches a platform in a temporary data folder, or in one that is kept. Where the measuring ends while it starts, it is stopped as soon as it
 * is ready.
 */
export async function temporaryPlatform<Said>(
  launch: (where: Launch) => Promise<Launched<Said>>,
  kept: string | null = null,
): Promise<TemporaryPlatform<Said>> {
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'elves-bench-')))
  await chmod(dataDir, 0o755)
  const launchHere = () => launch({ dataDir, env: { ...process.env, ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' } })
  let launching = launchHere()
  let database: pg.Pool | undefined
  const stop = throwAway(async () => {
    const running = await launching.catch(() => null)
    // A row that was given up may never return its connection.
    if (database) await within(lastQueriesMs, database.end(), null)
    await running?.stop()
    if (kept !== null) return
    await removeDataFolder(join(dataDir, 'postgres'))
    await rm(dataDir, { recursive: true, force: true })
  })
  const platform = await launching.catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const { url: databaseUrl } = JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }
  database = plainPool(databaseUrl, 4)
  const restart = async () => {
    await (await launching).stop()
    const startedAt = performance.now()
    launching = launchHere()
    await launching
    return (performance.now() - startedAt) / 1000
  }
  return { launched: platform, dataDir, databaseUrl, database, restart, stop }
}
