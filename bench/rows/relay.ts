import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { NewEvent } from '@elves/core/eventing/event-store.ts'
import { relay } from '@elves/core/eventing/kafka/relay.ts'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { kafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { producedPerSecond } from '../baselines/raw-kafka.ts'
import type { OneClusterRow } from '../bench.ts'
import type { Cluster } from '../cluster.ts'
import { figure } from '../figure.ts'

const events = 50_000
/** About the size of an EventRecord in the log below. */
const valueBytes = 330

/** A relay that sends a whole log, from the store to Kafka's acknowledgement; baseline: an idempotent producer sends as much from memory. */
export const relayRow: OneClusterRow = {
  names: ['relay-events-per-second'],
  async measure({ cluster, runs, progress }) {
    const ours: number[] = []
    const raw: number[] = []
    for (let run = 0; run < runs; run++) {
      progress(`relay, run ${run + 1} of ${runs}`)
      raw.push(await producedPerSecond(cluster.ready.kafkaBrokers, events, valueBytes))
      ours.push(await relayedPerSecond(cluster))
    }
    return [figure('relay-events-per-second', 'events/s', ours, raw)]
  },
}

/** Uses a database and topics of its own. */
async function relayedPerSecond(cluster: Cluster): Promise<number> {
  const name = `bench_${randomUUID().slice(0, 8)}`
  await cluster.database.query(`create database ${name}`)
  const url = new URL(String(cluster.database.options.connectionString))
  url.pathname = `/${name}`
  const pool = databasePool(url.href, 4, silentLogger)
  await migrateEventing(pool)
  const store = await postgresEventStore({ connectionString: url.href, logger: silentLogger })
  const settings = kafkaSettings(readSettings({ ELVES_KAFKA_BROKERS: cluster.ready.kafkaBrokers, ELVES_KAFKA_TOPIC_PREFIX: name }))
  if (settings === null) throw new Error('the cluster names no brokers')
  const connection = await kafkaConnection({ settings, clientId: name, logger: silentLogger })
  try {
    await ensureTopics(connection)
    await fill(store)
    const head = await store.head()
    const startedAt = performance.now()
    const running = relay({ connection, store, pool, owner: 'bench', logger: silentLogger })
    while ((running.position() ?? '') < head) await new Promise((resolve) => setTimeout(resolve, 5))
    const seconds = (performance.now() - startedAt) / 1000
    await running.stop()
    return events / seconds
  } finally {
    await store.close()
    await pool.end()
    await cluster.database.query(`drop database ${name} with (force)`)
  }
}

const context: EventContext = {
  actor: { kind: 'LOCAL', id: 'local', name: null },
  correlationId: randomUUID(),
  causationId: null,
  metadata: {},
}

async function fill(store: Awaited<ReturnType<typeof postgresEventStore>>): Promise<void> {
  const perStream = 5
  const streams = 500
  for (let written = 0; written < events; written += streams * perStream) {
    const appends = Array.from({ length: streams }, () => ({
      stream: `task-${randomUUID()}`,
      expectedVersion: -1,
      events: Array.from({ length: perStream }, (_, index) => sample(index)),
    }))
    await store.append(appends)
  }
}

function sample(number: number): NewEvent {
  const data = { agentId: 'a'.repeat(32), app: 'bench', attempt: 1, happenedAt: 1_700_000_000_000 + number }
  return { id: randomUUID(), context, event: { type: 'TaskStarted', data } }
}
