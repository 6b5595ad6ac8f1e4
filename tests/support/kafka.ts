import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'
import { type KafkaConnection, kafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { KafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { type EmbeddedKafka, type EmbeddedKafkaOptions, embeddedKafka } from '@elves/standalone/kafka/embedded-kafka.ts'
import { requireJava } from '@elves/standalone/kafka/java.ts'
import { describe, inject } from 'vitest'
import type {} from './kafka-setup.ts'

export { freePort } from '@elves/standalone/free-port.ts'

/** tools/ci/test-totals.ts searches for this text: in CI, a skip of these tests is a failure. */
const skipMark = 'needs Kafka'

/** A `describe` of tests with a real broker. If there is neither Java nor a given broker, they are skipped, with the reason in the name. */
export function describeKafka(name: string, tests: () => void): void {
  describeUnless(inject('kafkaSkipReason'), name, tests)
}

/** Like {@link describeKafka}, for tests that kill a broker or need other settings: see {@link ownKafka}. */
export function describeOwnKafka(name: string, tests: () => void): void {
  describeUnless(inject('ownKafkaSkipReason'), name, tests)
}

function describeUnless(reason: string, name: string, tests: () => void): void {
  if (reason === '') describe(name, tests)
  else describe.skip(`${name} (${skipMark}: ${reason})`, tests)
}

export interface TestKafka {
  /** Value for ELVES_KAFKA_BROKERS. */
  readonly brokers: string
  /** Returns an unused topic prefix, so that each test has topics of its own. */
  newPrefix(): string
  /** Connects, with defaults for missing settings: a new topic prefix and 4 agent partitions. */
  connection(settings?: Partial<KafkaSettings>, logger?: Logger): Promise<KafkaConnection>
}

/** The test run's broker, shared by all test files. Do not stop it, and do not rely on being its only user. */
export async function testKafka(): Promise<TestKafka> {
  const answer = await fetch(inject('kafkaBrokersUrl'))
  const text = await answer.text()
  if (!answer.ok) throw new Error(`no Kafka broker for the tests: ${text}`)
  return kafkaAt(text)
}

/** Like {@link testKafka}, for any brokers. */
function kafkaAt(brokers: string): TestKafka {
  const newPrefix = () => `test-${randomBytes(6).toString('hex')}`
  return {
    brokers,
    newPrefix,
    connection: (settings = {}, logger = silentLogger) => {
      const defaults = { topicPrefix: newPrefix(), agentPartitions: 4, replication: 1, compression: 'none', sasl: null, tls: null } as const
      return kafkaConnection({ settings: { brokers: brokers.split(','), ...defaults, ...settings }, clientId: 'test', logger })
    },
  }
}

export interface OwnKafka extends TestKafka {
  /** The broker that runs now; another one after `start`. */
  readonly broker: EmbeddedKafka
  /** Sends kill -9. */
  kill(): Promise<void>
  /** Starts the broker again on the same port and folder. */
  start(): Promise<void>
  /** Stops the broker and removes its folder. */
  remove(): Promise<void>
}

/** A broker for one test file, which it may kill. */
export async function ownKafka(options: Partial<EmbeddedKafkaOptions> = {}): Promise<OwnKafka> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-test-own-kafka-'))
  const downloads = { cacheDir: process.env['ELVES_CACHE_DIR'] ?? '', repository: process.env['ELVES_MAVEN_REPOSITORY'] ?? '' }
  const wanted = { dir, ...downloads, logger: silentLogger, ...options }
  let broker = await embeddedKafka(wanted)
  return {
    ...kafkaAt(broker.brokers),
    get broker() {
      return broker
    },
    kill: async () => {
      process.kill(broker.pid, 'SIGKILL')
      await broker.ended
    },
    start: async () => {
      broker = await embeddedKafka({ ...wanted, port: broker.port })
    },
    remove: async () => {
      await broker.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Returns the path of a program that comes with every Java, for example keytool. */
export async function javaTool(name: string): Promise<string> {
  return join(dirname(await requireJava()), name)
}
