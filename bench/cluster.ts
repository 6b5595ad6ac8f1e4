import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import type pg from 'pg'
import { temporaryPlatform } from './temporary-platform.ts'

/** A cluster in a temporary data folder, as `npm run cluster` makes it. */
export interface Cluster extends Launched<ClusterReady> {
  /** Connections for baselines on the same server. */
  readonly database: pg.Pool
  /** Stops the cluster and removes its folder. */
  remove(): Promise<void>
}

/** `args` are those of `npm run cluster --`; `env`: settings besides those of every measurement. */
export async function startCluster(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const { launched, database, stop } = await temporaryPlatform((where) => launchedCluster({ ...where, env: { ...where.env, ...env }, args }))
  return { ...launched, database, remove: stop }
}
