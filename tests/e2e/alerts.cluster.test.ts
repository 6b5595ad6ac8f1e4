import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import { type ClusterReady, scaledServices } from '@elves/standalone/ready-file.ts'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SmallDisk } from '../shortage/small-disk.ts'
import { compileCache } from '../support/compile-cache.ts'
import { appendDamaged } from '../support/damaged-event.ts'
import { databaseUrlOf } from '../support/database-url.ts'
import { askGraphql } from '../support/doors.ts'
import { testKafka } from '../support/kafka.ts'
import { cleanEnv, newDataDir } from '../support/platform.ts'
import { copyDatabase } from '../support/platforms-of-run.ts'
import { processesOf } from '../support/processes.ts'
import { canBuildPromtool, promtool } from '../support/promtool.ts'
import { type Expectation, RecordedScrapes } from '../support/recorded-scrapes.ts'
import { removePlatform } from '../support/remove-platform.ts'
import { testPool } from '../support/test-pool.ts'
import { waitFor } from '../support/wait-for.ts'

/** Each fault is made for real, in services that run; what they show at `/metrics` then raises its alert, by the rules of docs/alerts. */

/** The first build of promtool takes minutes. */
const buildMs = 1_200_000
const whyNot = await reasonAgainst()
const rulesFile = join(import.meta.dirname, '..', '..', 'docs', 'alerts', 'elves.rules.yml')
/** Enough for the longest `for:` of the four rules, 1 min, and for what a rule looks back on. */
const scrapesOfFault = 8
const alerts = ['ElvesDiskFull', 'ElvesAgentLost', 'ElvesProjectorStopped', 'ElvesRelayStopped'] as const

async function reasonAgainst(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a disk of its own needs Linux and root'
  return (await canBuildPromtool()) ? '' : 'there is no Go to build promtool with'
}

let tool: string
let dataDir: string
let disk: SmallDisk
let cluster: Launched<ClusterReady>
let pool: pg.Pool
let scrapes: RecordedScrapes
const kept: { end(): Promise<void> }[] = []

describe.skipIf(whyNot !== '')(`alerts of faults that are real${whyNot && ` (${whyNot})`}`, () => {
  beforeAll(async () => {
    tool = await promtool()
    dataDir = await newDataDir()
    await copyDatabase(dataDir)
    disk = await SmallDisk.at(join(dataDir, 'app-packages'), { MiB: 16, inodes: 1_000 })
    const kafka = await testKafka()
    const env = {
      ...cleanEnv(),
      ELVES_HTTP_PORT: '0',
      ELVES_KAFKA_BROKERS: kafka.brokers,
      ELVES_KAFKA_TOPIC_PREFIX: kafka.newPrefix(),
      ELVES_AGENT_LOST_AFTER_MS: '5000',
      ELVES_PING_INTERVAL_MS: '1000',
      NODE_COMPILE_CACHE: compileCache,
    }
    cluster = await launchedCluster({ dataDir, env, args: ['--agents', 'gateway=2'] })
    const url = await databaseUrlOf(dataDir)
    pool = testPool(url, { max: 1 })
    const { instances } = cluster.ready
    const targets = scaledServices.flatMap((service) => instances[service].map((url) => ({ job: `elves-${service}`, url })))
    scrapes = await RecordedScrapes.of(targets, rulesFile)
  }, buildMs)

  afterAll(async () => {
    for (const one of kept) await one.end()
    await pool?.end()
    await cluster?.stop()
    disk?.unmount()
    if (dataDir) await removePlatform(dataDir)
  })

  test('a full disk, a lost agent, a stopped projector and a killed relay raise their alerts, and a platform that is well raises none', async () => {
    await waitFor(
      seen(() => shows(1, 'elves_relay_active') && scrapes.now('state="LIVE"').length > 0),
      { what: 'a platform that is well' },
    )
    await scrapeMore()
    const expectations: Expectation[] = alerts.map((name) => ({ expr: `${firing(name)} or vector(0)`, at: scrapes.last, value: 0 }))

    await disk.fillBlocks()
    await raised('ElvesDiskFull', () => scrapes.now('elves_disk_free_bytes', 'app-packages').some((bytes) => bytes < 2 ** 20))
    keepDown(async () => processesOf(join(dataDir, 'agent-2')))
    await raised('ElvesAgentLost', () => shows(1, 'elves_agents', 'state="LOST"'))
    await damageEvent()
    await raised('ElvesProjectorStopped', () => shows(1, 'elves_projector_state', 'state="STOPPED"'))
    keepDown(async () => (await processesOf(dataDir)).filter(({ command }) => command.includes('command-service/main.ts')))
    await raised('ElvesRelayStopped', () => scrapes.now('elves_relay_active').length === 0)

    expect(await scrapes.evaluated(tool, join(dataDir, 'scrapes.test.yml'), expectations)).toContain('SUCCESS')

    /** Waits until the services show the fault, and goes on for as long as its rule wants it to stay. */
    async function raised(name: (typeof alerts)[number], isShown: () => boolean): Promise<void> {
      await waitFor(seen(isShown), { what: `what ${name} is for`, timeoutMs: 60_000 })
      await scrapeMore()
      expectations.push({ expr: `${firing(name)} > bool 0`, at: scrapes.last, value: 1 })
    }
  }, 480_000)
})

/** The disk of the machine that runs the tests may be full, too. */
function firing(name: (typeof alerts)[number]): string {
  return `count(ALERTS{alertname="${name}",alertstate="firing"${name === 'ElvesDiskFull' ? ',folder=~".*/app-packages"' : ''}})`
}

function shows(value: number, ...parts: readonly string[]): boolean {
  return scrapes.now(...parts).includes(value)
}

function seen(isShown: () => boolean): () => Promise<boolean> {
  return async () => {
    await scrapes.take()
    return isShown()
  }
}

async function scrapeMore(): Promise<void> {
  for (let nth = 0; nth < scrapesOfFault; nth++) await scrapes.take()
}

/** The runner starts again what is killed, so it is killed again before it can work. */
function keepDown(running: () => Promise<readonly { readonly pid: number }[]>): void {
  let isWanted = true
  const killing = (async () => {
    while (isWanted) {
      for (const { pid } of await running()) killIfAlive(pid)
      await delay(50)
    }
  })()
  kept.push({
    end() {
      isWanted = false
      return killing
    },
  })
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended meanwhile
  }
}

async function damageEvent(): Promise<void> {
  const create = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }'
  const input = { rule: '0 0 0 1 1 ?', timeZone: 'UTC', agent: '127.0.0.1', app: 'apptest', func: 'helloword' }
  const { createSchedule } = await askGraphql<{ createSchedule: { schedule: { id: string } } }>(cluster.ready, create, { input })
  await appendDamaged(pool, `schedule-${createSchedule.schedule.id}`, { type: 'SchedulePaused', data: { at: 1, idempotencyKey: null } })
}
