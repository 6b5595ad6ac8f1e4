import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import type { TestKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { expect } from 'vitest'
import { Stack } from '../../../foundation/lifecycle.ts'
import { silentLogger } from '../../../foundation/log.ts'
import type { KafkaConnection } from '../../../kafka/kafka-connection.ts'
import { partitionReader } from '../../../kafka/partition-reader.ts'
import { ensureTopics } from '../../../kafka/topics.ts'
import type { EventStore, RecordedEvent } from '../../event-store.ts'
import { formatPosition, parsePosition } from '../../position.ts'
import { decodeEventRecord, eventOfRecord } from '../event-record.ts'
import { type Relay, relay } from '../relay.ts'
import type { RelayProcessOptions } from './relay-process.ts'

/** A log in Postgres, a topic of its own, and a reader of the topic from its beginning. */
export interface RelayedLog {
  readonly database: EventingDatabase
  readonly store: EventStore
  readonly connection: KafkaConnection
  /** Every record of the topic so far, including repeated ones, with its position and the one before it. */
  readonly records: readonly { readonly event: RecordedEvent; readonly previousPosition: string }[]
  /** Appends to new streams of one event each. */
  write(count: number): Promise<readonly RecordedEvent[]>
  /** Writes a few events at a time until it is stopped. */
  writing(): { stop(): Promise<void> }
  relay(owner: string, registry?: Registry): Promise<Relay>
  relayProcess(owner: string): RelayProcess
  /** Waits until the topic has the last event of the log, and returns all events as a consumer sees them: the first record of each. */
  seen(): Promise<RecordedEvent[]>
  close(): Promise<void>
}

export interface RelayProcess {
  readonly child: ChildProcess
  isActive(): boolean
  /** Kills the process with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
}

export async function relayedLog(kafka: TestKafka): Promise<RelayedLog> {
  const stack = new Stack(silentLogger)
  const database = await eventingDatabase()
  stack.defer('database', () => database.close())
  const store = await database.store()
  const connection = await kafka.connection()
  await ensureTopics(connection)
  const records: { event: RecordedEvent; previousPosition: string }[] = []
  const onRecords = (_: number, incoming: readonly { value: Buffer }[]) => {
    for (const { value } of incoming) {
      const record = decodeEventRecord(value)
      records.push({ event: eventOfRecord(record), previousPosition: record.previousPosition })
    }
  }
  const topic = connection.topics.events
  stack.use('consumer', partitionReader({ connection, topic, partitions: [0], from: 'beginning', onRecords, logger: silentLogger }))

  const write = async (count: number) => {
    const results = await store.append(Array.from({ length: count }, () => sampleAppend(sampleStream(), -1, 1)))
    return results.flatMap(recordedOf)
  }
  return {
    database,
    store,
    connection,
    records,
    write,
    writing() {
      let isWriting = true
      const written = (async () => {
        for (let turn = 0; isWriting; turn++) {
          await write(1 + (turn % 40))
          // A steady flow, not all that the machine can do.
          await pause(10)
        }
      })()
      const stop = () => {
        isWriting = false
        return written
      }
      stack.defer('writing', stop)
      return { stop }
    },
    async relay(owner, registry = new Registry()) {
      const options = { connection, store: await database.anotherStore(), pool: database.pool, owner, logger: silentLogger, registry }
      return stack.use(owner, relay(options))
    },
    relayProcess(owner) {
      const started = relayProcess({ connectionString: database.url, settings: connection.settings, owner })
      stack.defer(owner, () => started.kill())
      return started
    },
    async seen() {
      const head = await store.head()
      await waitFor(() => records.findLast(({ event }) => event.position === head), { timeoutMs: 60_000, what: 'the last event on the topic' })
      return [...new Map(records.map(({ event }) => [event.id, event])).values()]
    },
    close: () => stack.stop(),
  }
}

function relayProcess(options: RelayProcessOptions): RelayProcess {
  const child = fork(fileURLToPath(new URL('./relay-process.ts', import.meta.url)), [JSON.stringify(options)], { execArgv: [] })
  const ended = once(child, 'exit')
  let isActive = false
  child.on('message', (message: { isActive: boolean }) => {
    isActive = message.isActive
  })
  return {
    child,
    isActive: () => isActive,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/**
 * Expects that a consumer that drops repeated events sees the log in its order, and that each record names the right
 * position before it.
 */
export async function expectWholeTopic({ store, records, seen }: RelayedLog): Promise<void> {
  const first = formatPosition(parsePosition(await store.head()).logId, 0)
  const events = await store.readAll({ from: null, direction: 'forwards', limit: 1_000_000 })
  // One toEqual of all events would take seconds, in which no lease is renewed.
  const consumed = await seen()
  expect(consumed.length).toBe(events.length)
  for (const [index, event] of events.entries()) if (consumed[index]?.id !== event.id) expect(consumed[index]).toEqual(event)
  expect(consumed.slice(0, 1000)).toEqual(events.slice(0, 1000))
  const before = new Map(events.map(({ position }, index) => [position, events[index - 1]?.position ?? first]))
  const liar = records.find(({ event, previousPosition }) => previousPosition !== before.get(event.position))
  expect(liar).toBeUndefined()
}
