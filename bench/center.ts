import { launched } from '@elves/standalone/launched.ts'
import type { Ready } from '@elves/standalone/ready-file.ts'
import type pg from 'pg'
import { temporaryPlatform } from './temporary-platform.ts'

/** A standalone platform in a temporary data folder, as `npm start` makes it. */
export interface Center {
  readonly graphqlUrl: string
  readonly token: string
  /** Of the first admin, where the platform has users. */
  readonly adminPassword: string
  readonly subscriptionsUrl: string
  readonly gatewayUrl: string
  readonly databaseUrl: string
  readonly agentId: string
  readonly pids: Ready['pids']
  readonly dataDir: string
  /** Connections for baselines on the same server. */
  readonly database: pg.Pool
  stop(): Promise<void>
}

/** A busy machine takes longer than a minute. */
const longestStartMs = 240_000

/** `env`: settings besides those of every measurement; `kept`: a data folder that is left as it is. */
export async function startCenter(env: Readonly<Record<string, string>> = {}, kept: string | null = null): Promise<Center> {
  const {
    launched: platform,
    dataDir,
    databaseUrl,
    database,
    stop,
  } = await temporaryPlatform((where) => launched({ ...where, env: { ...where.env, ...env }, timeoutMs: longestStartMs }), kept)
  const { agents, graphqlUrl, token, adminPassword = '', subscriptionsUrl, gatewayUrl, pids } = platform.ready
  const doors = { graphqlUrl, token, adminPassword, subscriptionsUrl, gatewayUrl }
  return { ...doors, pids, agentId: agents[0]?.id ?? '', dataDir, databaseUrl, database, stop }
}
