import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { type ClusterReady, scaledServices } from '@elves/standalone/ready-file.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanEnv, newDataDir } from '../support/platform.ts'
import { retryingLoad, rollingRestart } from '../support/rolling-restart.ts'

/** As in an upgrade, every instance of every service stops and comes back, one after the other. */

let dataDir: string
let cluster: Launched<ClusterReady> | undefined

beforeAll(async () => {
  dataDir = await newDataDir()
  const args = [...scaledServices.flatMap((service) => ['--scale', `${service}=2`]), '--agents', 'kafka=1,gateway=1']
  cluster = await launchedCluster({ dataDir, env: { ...cleanEnv(), ELVES_HTTP_PORT: '0' }, args })
})

afterAll(async () => {
  await cluster?.stop()
  await removeDataFolder(join(dataDir, 'postgres'))
  await rm(dataDir, { recursive: true, force: true })
})

test('a rolling restart under load fails no request that one retry with the same idempotency key does not cure', async () => {
  if (!cluster) throw new Error('unreachable')
  const load = retryingLoad(
    cluster.ready,
    cluster.ready.agents.map(({ id }) => id),
    2,
  )
  await rollingRestart({ cluster })
  const { tasks, failures } = await load.stop()
  expect(failures).toEqual([])
  expect(tasks).toBeGreaterThan(0)
})
