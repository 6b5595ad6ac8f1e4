import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { type EmbeddedKafka, embeddedKafka } from '@elves/standalone/kafka/embedded-kafka.ts'
import { requireJava } from '@elves/standalone/kafka/java.ts'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL where a test gets the run's brokers; the first request starts the broker. */
    kafkaBrokersUrl: string
    /** Why Kafka tests are skipped; '' if they run. */
    kafkaSkipReason: string
    /** Why tests that start their own broker are skipped; '' if they run. Given brokers make no difference to them. */
    ownKafkaSkipReason: string
  }
}

/** Provides one Kafka broker for the whole run, started at the first request, or the brokers that ELVES_TEST_KAFKA_BROKERS names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ELVES_TEST_KAFKA_BROKERS'] ?? ''
  const reason = await whyNot()
  project.provide('kafkaSkipReason', given === '' ? reason : '')
  project.provide('ownKafkaSkipReason', reason)
  let broker: Promise<RunBroker> | undefined
  const server = createServer((_request, response) => {
    broker ??= given === '' ? startBroker() : Promise.resolve({ brokers: given, stop: async () => undefined })
    broker.then(
      ({ brokers }) => response.end(brokers),
      (error) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  project.provide('kafkaBrokersUrl', `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`)
  return async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    await broker?.then(
      (started) => started.stop(),
      () => undefined,
    )
  }
}

interface RunBroker {
  readonly brokers: string
  readonly stop: () => Promise<void>
}

async function startBroker(): Promise<RunBroker> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-test-kafka-'))
  const kafka: EmbeddedKafka = await embeddedKafka({ dir, ...testDownloads(), logger: silentLogger })
  const stop = async () => {
    await kafka.stop()
    await rm(dir, { recursive: true, force: true })
  }
  return { brokers: kafka.brokers, stop }
}

/** Where tests get the broker's jars. */
function testDownloads(): { cacheDir: string; repository: string } {
  return { cacheDir: process.env['ELVES_CACHE_DIR'] ?? '', repository: process.env['ELVES_MAVEN_REPOSITORY'] ?? '' }
}

async function whyNot(): Promise<string> {
  try {
    await requireJava()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
