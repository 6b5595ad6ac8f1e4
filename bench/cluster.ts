import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import pg from 'pg'
import { throwAway } from './throw-away.ts'

/** A cluster in a temporary data folder, as `npm run cluster` makes it. */
export interface Cluster extends Launched<ClusterReady> {
  /** Connections for baselines on the same server. */
  readonly database: pg.Pool
  /** Stops the cluster and removes its folder. */
  remove(): Promise<void>
}

/** `args` are those of `npm run cluster --`. */
export async function startCluster(args: readonly string[] = []): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
  await chmod(dataDir, 0o755)
  const cluster = await launchedCluster({ dataDir, args, env: { ...process.env, ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' } })
  const { url: connectionString } = JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }
  const database = new pg.Pool({ connectionString, max: 4 })
  return {
    ...cluster,
    database,
    remove: throwAway(async () => {
      await database.end()
      await cluster.stop()
      await removeDataFolder(join(dataDir, 'postgres'))
      await rm(dataDir, { recursive: true, force: true })
    }),
  }
}
