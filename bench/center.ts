import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** A standalone platform in a throw-away data folder, as `npm start` makes it. */
export interface Center {
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  readonly gatewayUrl: string
  readonly databaseUrl: string
  readonly agentId: string
  readonly pids: { readonly standalone: number; readonly postgres: number; readonly agents: readonly number[] }
  /** For baselines on the same server. */
  readonly database: pg.Pool
  stop(): Promise<void>
}

interface StandaloneFile {
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  readonly gatewayUrl: string
  readonly agents: readonly { readonly id: string }[]
  readonly pids: Center['pids']
}

export async function startCenter(): Promise<Center> {
  const dataDir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
  const main = join(import.meta.dirname, '..', 'standalone', 'main.ts')
  const env = { ...process.env, ELVES_DATA_DIR: dataDir, ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const file = await readWhenReady(join(dataDir, 'standalone.json'), child)
  const { url: databaseUrl } = JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  return {
    ...file,
    agentId: file.agents[0]?.id ?? '',
    databaseUrl,
    database,
    async stop() {
      await database.end()
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function readWhenReady(path: string, child: ChildProcess): Promise<StandaloneFile> {
  const giveUpAt = Date.now() + 60_000
  while (Date.now() < giveUpAt && child.exitCode === null) {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as StandaloneFile
    } catch {
      await delay(50)
    }
  }
  child.kill('SIGTERM')
  throw new Error('the platform did not start')
}
