import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { embeddedKafka } from '@elves/standalone/kafka/embedded-kafka.ts'
import { launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import { scaledServices } from '@elves/standalone/ready-file.ts'
import type { OwnRow } from '../bench.ts'
import { startChild } from '../child.ts'
import type { Figure } from '../figure.ts'
import { type OutageOf, outage, outageFigures } from '../outage.ts'
import { throwAway } from '../throw-away.ts'

const seconds = Number(process.env['BENCH_OUTAGE_SECONDS'] ?? 20)

/**
 * What a center does while its database, its EventStoreDB (a double), or the broker of its cluster is away, for BENCH_OUTAGE_SECONDS
 * (20): lines of its log from the beginning until it works again, and the share of a core that it takes meanwhile; of several
 * processes, the most that one of them wrote and took. For ten minutes, `--runs 9` gives a row the time. BENCH_OUTAGE_LOG=1 prints
 * the lines.
 */
export const outageOfPostgres = outageRow('postgres', async (where) => {
  const postgres = await givenPostgres(where)
  return standalone(where, { ELVES_DATABASE_URL: postgres.url, ELVES_EVENTSTOREDB_URL: '' }, { begin: postgres.leave, end: postgres.comeBack })
})

/** The same with an EventStoreDB that is away. */
export const outageOfEventStoreDb = outageRow('eventstoredb', async (where) => {
  const postgres = await givenPostgres(where)
  const double = where.stack.use('double', await startChild<{ readonly port: number }>('eventstoredb-child.ts', []))
  const given = { ELVES_DATABASE_URL: postgres.url, ELVES_EVENTSTOREDB_URL: `esdb://127.0.0.1:${double.ready.port}?tls=false` }
  const told = (message: string) => double.ask(message).then(() => undefined)
  return standalone(where, given, { begin: () => told('leave'), end: () => told('return') })
})

/** The same with the broker of a cluster, which has one agent on a gateway and one on Kafka. */
export const outageOfKafka = outageRow('kafka', async (where) => {
  const start = (port?: number) =>
    embeddedKafka({ dir: join(where.dir, 'broker'), cacheDir: '', repository: '', logger: silentLogger, ...(port !== undefined && { port }) })
  let broker = await start()
  where.stack.defer('broker', () => broker.stop())
  const { port, brokers } = broker
  const end = async () => {
    broker = await start(port)
  }
  return cluster(where, brokers, { begin: () => broker.stop(), end })
})

/** A folder that is removed, after what was started in it has been stopped. */
interface Where {
  readonly dir: string
  readonly stack: Stack
}

type ItsOutage = Pick<OutageOf, 'begin' | 'end'>

function outageRow(what: string, prepare: (where: Where) => Promise<OutageOf>): OwnRow {
  return {
    names: [`outage-${what}-lines`, `outage-${what}-cpu`],
    mostlyWaits: true,
    async measure({ progress }): Promise<readonly Figure[]> {
      const dir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
      await chmod(dir, 0o755)
      const stack = new Stack(silentLogger)
      stack.defer('folder', async () => {
        for (const folder of [join(dir, 'given'), join(dir, 'platform', 'postgres')]) await removeDataFolder(folder)
        await rm(dir, { recursive: true, force: true })
      })
      const stop = throwAway(() => stack.stop())
      try {
        const prepared = await prepare({ dir, stack })
        progress(`without ${what} for ${seconds} s`)
        return outageFigures(what, await outage(prepared, seconds), progress)
      } finally {
        await stop()
      }
    },
  }
}

const usual = { ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'info' }

async function standalone({ dir, stack }: Where, given: Readonly<Record<string, string>>, its: ItsOutage): Promise<OutageOf> {
  const dataDir = join(dir, 'platform')
  const platform = await launched({ dataDir, env: { ...process.env, ...given, ...usual }, timeoutMs: 300_000 })
  stack.defer('platform', async () => void (await platform.stop()))
  const { pids, url } = platform.ready
  return { ...its, pids: { standalone: pids.standalone }, logFile: join(dataDir, 'logs', 'standalone.log'), works: () => isReady(url) }
}

async function cluster({ dir, stack }: Where, brokers: string, its: ItsOutage): Promise<OutageOf> {
  const dataDir = join(dir, 'platform')
  const env = { ...process.env, ELVES_KAFKA_BROKERS: brokers, ELVES_EVENTSTOREDB_URL: '', ...usual }
  const platform = await launchedCluster({ dataDir, env, args: ['--agents', 'gateway=1,kafka=1'] })
  stack.defer('platform', async () => void (await platform.stop()))
  const { pids, instances } = platform.ready
  const named = (name: string, all: readonly number[]) => all.map((pid, index) => [`${name}-${index + 1}`, pid] as const)
  const services = scaledServices.flatMap((service) => named(service, pids[service]))
  return {
    ...its,
    pids: Object.fromEntries([['cluster', pids.cluster] as const, ...services, ...named('agent', pids.agents)]),
    logFile: join(dataDir, 'logs', 'cluster.log'),
    works: async () => (await Promise.all(Object.values(instances).flat().map(isReady))).every((one) => one),
  }
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(new URL('/readyz', url))).ok
}

async function givenPostgres({ dir, stack }: Where): Promise<{ readonly url: string; leave(): Promise<void>; comeBack(): Promise<void> }> {
  const start = (port?: number) => embeddedPostgres({ dir: join(dir, 'given'), logger: silentLogger, ...(port !== undefined && { port }) })
  let postgres = await start()
  stack.defer('postgres', () => postgres.stop())
  const { port, url } = postgres
  return {
    url,
    leave: () => postgres.stop(),
    async comeBack() {
      postgres = await start(port)
    },
  }
}
