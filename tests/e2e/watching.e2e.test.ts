import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseUrlOf } from '../support/database-url.ts'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { testPool } from '../support/test-pool.ts'
import { waitFor } from '../support/wait-for.ts'
import { type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'
import { hello } from './rest-v2-contract.ts'

/** What the platform says of itself. */

let platform: TestPlatform
let pool: pg.Pool
let receiver: WebhookReceiver

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  const url = await databaseUrlOf(platform.dataDir)
  pool = testPool(url, { max: 2 })
  receiver = await webhookReceiver()
})

afterAll(async () => {
  await receiver?.close()
  await pool?.end()
  await platform?.dispose()
})

interface Component {
  readonly kind: string
  readonly instance: string
  readonly state: string
  readonly version: string
  readonly startedAt: string
  readonly metrics: { readonly gauges: Readonly<Record<string, number>> }
}

test('every service says that it is there, since when, and how it is; what flows between them is told', async () => {
  const text = '{ components { kind instance state version startedAt lastSeenAt host metrics } }'
  const components = async () => (await platform.graphql<{ components: readonly Component[] }>(text)).components
  const kinds = ['command-service', 'gateway', 'projection-service', 'query-service']
  await waitFor(
    async () => {
      const ready = new Set((await components()).filter(({ state }) => state === 'READY').map(({ kind }) => kind))
      return kinds.every((kind) => ready.has(kind))
    },
    { what: 'each kind to be ready' },
  )
  const { platform: about } = await platform.graphql<{ platform: { version: string } }>('{ platform { version } }')
  for (const { version, startedAt, metrics } of await components()) {
    expect(version).toBe(about.version)
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now() + 1_000)
    expect(metrics.gauges['residentBytes']).toBeGreaterThan(2 ** 20)
  }

  type Flow = { from: string; to: string; perSecond: number; perSecondMax: number; lag: number | null }
  const flows = async () => {
    // In the cluster, 127.0.0.1 and .2 are agents on Kafka, whose reports pass no gateway.
    await platform.rest('/api/v2/rt/exec', testedShape === 'standalone' ? hello : { ...hello, ip: '127.0.0.4' })
    return (await platform.graphql<{ flows: readonly Flow[] }>('{ flows { from to perSecond perSecondMax lag } }')).flows
  }
  const isSeen = (all: readonly Flow[], from: string, to: string) => all.some((flow) => flow.from === from && flow.to === to && flow.perSecondMax > 0)
  await waitFor(
    async () => {
      const all = await flows()
      return (
        isSeen(all, 'agents', 'gateway') &&
        isSeen(all, 'clients', 'query-service') &&
        isSeen(all, 'event-store', 'projection-service') &&
        isSeen(all, 'gateway', 'event-store')
      )
    },
    { what: 'the flows of tasks', everyMs: 500 },
  )
  expect((await flows()).some(({ to }) => to === 'kafka')).toBe(testedShape !== 'standalone')
})

test('leases and slow statements are told', async () => {
  const { leases } = await platform.graphql<{ leases: readonly { name: string; isHeld: boolean; owner: string }[] }>(
    '{ leases { name owner isHeld } }',
  )
  const held = new Set(leases.filter(({ isHeld }) => isHeld).map(({ name }) => name))
  for (const name of ['deadlines', 'watcher', 'webhooks', 'log-tree']) expect(held).toContain(name)

  const asleep = pool.query(`select 'of a test', pg_sleep(3)`)
  type Slow = { slowQueries: readonly { text: string; forMs: number }[] }
  const slow = async () => (await platform.graphql<Slow>('{ slowQueries { program forMs state waitsFor text } }')).slowQueries
  await waitFor(async () => (await slow()).some(({ text, forMs }) => text.includes('pg_sleep(3)') && forMs > 1_000), {
    what: 'the slow statement',
    everyMs: 200,
  })
  await asleep
})

test('an incident is open, stands in the line, goes to a webhook, and ends', async () => {
  const made = await platform.graphql<{ createWebhook: { secret: string } }>(
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret refusal { code } } }',
    { input: { url: receiver.url, filter: { types: ['IncidentOpened', 'IncidentEnded'] } } },
  )
  receiver.secret = made.createWebhook.secret
  const host = 'a-host-of-the-test'
  await pool.query(
    `insert into elves.instances (kind, instance, host, version, pid, state, started_at, last_seen_at, metrics)
      values ('gateway', 'away', $1, '1', 1, 'READY', now(), now() - interval '1 minute', '{"rates":{},"gauges":{},"disks":[],"certificates":[]}')`,
    [host],
  )
  const open = async () => {
    const { openIncidents } = await platform.graphql<{ openIncidents: readonly { kind: string; subject: string }[] }>(
      '{ openIncidents { kind subject message since } }',
    )
    return openIncidents.filter(({ subject }) => subject === 'gateway:away')
  }
  await waitFor(async () => (await open()).length === 1, { what: 'the incident', timeoutMs: 60_000 })
  expect(await open()).toEqual([expect.objectContaining({ kind: 'INSTANCE_GONE' })])
  await waitFor(() => receiver.received.length === 1, { what: 'its delivery' })

  await pool.query(`delete from elves.instances where instance = 'away'`)
  await waitFor(async () => (await open()).length === 0, { what: 'its end', timeoutMs: 60_000 })
  await waitFor(() => receiver.received.length === 2, { what: 'the delivery of its end' })
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['IncidentOpened', 'IncidentEnded'])
  type Line = { incidents: { nodes: readonly { kind: string; subject: string; isOver: boolean; event: { type: string } }[] } }
  const line = async () => {
    const { incidents } = await platform.graphql<Line>('{ incidents(first: 20) { nodes { kind subject isOver message at event { type } } } }')
    return incidents.nodes.filter(({ subject }) => subject === 'gateway:away').map(({ isOver, event }) => [isOver, event.type])
  }
  await waitFor(async () => (await line()).length === 2, { what: 'both in the line' })
  expect(await line()).toEqual([
    [true, 'IncidentEnded'],
    [false, 'IncidentOpened'],
  ])
})
