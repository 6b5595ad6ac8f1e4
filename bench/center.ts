import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launched } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { Ready } from '@elves/standalone/ready-file.ts'
import pg from 'pg'
import { throwAway } from './throw-away.ts'

/** A standalone platform in a temporary data folder, as `npm start` makes it. */
export interface Center {
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  readonly gatewayUrl: string
  readonly databaseUrl: string
  readonly agentId: string
  readonly pids: Ready['pids']
  /** Connections for baselines on the same server. */
  readonly database: pg.Pool
  stop(): Promise<void>
}

export async function startCenter(): Promise<Center> {
  const dataDir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
  await chmod(dataDir, 0o755)
  const platform = await launched({ dataDir, env: { ...process.env, ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' } })
  const { agents, graphqlUrl, subscriptionsUrl, gatewayUrl, pids } = platform.ready
  const { url: databaseUrl } = JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  return {
    graphqlUrl,
    subscriptionsUrl,
    gatewayUrl,
    pids,
    agentId: agents[0]?.id ?? '',
    databaseUrl,
    database,
    stop: throwAway(async () => {
      await database.end()
      await platform.stop()
      await removeDataFolder(join(dataDir, 'postgres'))
      await rm(dataDir, { recursive: true, force: true })
    }),
  }
}
