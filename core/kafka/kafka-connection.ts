import { readFile } from 'node:fs/promises'
import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import { type ISocketFactory, type Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import { ElvesError } from '../foundation/errors.ts'
import type { Logger } from '../foundation/log.ts'
import { BrokerLink } from './broker-link.ts'
import { bridgedLog } from './kafka-log.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { internalCluster, patchedKafkajs } from './kafkajs-internals.ts'

export interface KafkaTopics {
  /** Topic of all events: one partition, key: stream id. */
  readonly events: string
  /** Topic of what the center sends to agents; key: agent id. */
  readonly instructions: string
  /** Topic of what agents on Kafka send back; key: agent id. */
  readonly reports: string
  /** Topic of what runs print on agents on Kafka; key: agent id. */
  readonly output: string
}

/** The base of every reader and producer of the platform. It holds no connection itself. */
export interface KafkaConnection {
  readonly settings: KafkaSettings
  readonly topics: KafkaTopics
  /** A client that tries a few times, then gives up. */
  readonly client: Kafka
  /** Returns a client that tries for ever. When the signal aborts, its sockets are closed and it gives up at once. */
  clientUntil(signal: AbortSignal): Kafka
  /** Returns separate connections to the brokers, which fail at once: the caller decides what to try again. */
  dial(): BrokerLink
  readonly logger: Logger
}

export interface KafkaConnectionOptions {
  readonly settings: KafkaSettings
  readonly clientId: string
  readonly logger: Logger
}

const endless = { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 100, maxRetryTime: 1_000 }
const atOnce = { retries: 0 }
const readCommitted = 1

/** Reads the TLS files, and connects nothing yet. Throws CONFIG_INVALID for a file that can not be read. */
export async function kafkaConnection({ settings, clientId, logger }: KafkaConnectionOptions): Promise<KafkaConnection> {
  const { Kafka } = patchedKafkajs()
  const { sasl, tls } = settings
  const ssl = tls === null ? undefined : await tlsOptions(tls)
  const log = bridgedLog(logger)
  const common: Omit<KafkaConfig, 'brokers'> = {
    clientId,
    connectionTimeout: 1_000,
    // For a stopped broker or a cut network. A request that waits on purpose has its own timeout.
    requestTimeout: 10_000,
    logLevel: logLevel.WARN,
    ...(ssl === undefined ? {} : { ssl }),
    // A copy, because kafkajs keeps state of its own in it.
    ...(sasl === null ? {} : { sasl: { ...sasl } as SASLOptions }),
  }
  const dial = () => {
    const sockets = new Set<Socket>()
    const own = { retry: atOnce, socketFactory: socketFactory(sockets), metadataMaxAge: 300_000, allowAutoTopicCreation: false as const }
    const cluster = internalCluster({ ...common, ...own, brokers: settings.brokers, isolationLevel: readCommitted }, log)
    return new BrokerLink(cluster, () => destroyAll(sockets))
  }
  const clientUntil = (signal: AbortSignal) => {
    const sockets = new Set<Socket>()
    signal.addEventListener('abort', () => destroyAll(sockets), { once: true })
    // An empty list of brokers is the only failure that kafkajs does not retry.
    const brokers = () => (signal.aborted ? [] : [...settings.brokers])
    return new Kafka({ ...common, brokers, retry: endless, socketFactory: socketFactory(sockets), logCreator: log })
  }
  const client = new Kafka({
    ...common,
    brokers: [...settings.brokers],
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 },
    socketFactory: socketFactory(new Set()),
    logCreator: log,
  })
  return { settings, topics: topicsOf(settings.topicPrefix), client, clientUntil, dial, logger }
}

function topicsOf(prefix: string): KafkaTopics {
  return { events: `${prefix}.events`, instructions: `${prefix}.instructions`, reports: `${prefix}.reports`, output: `${prefix}.output` }
}

/** Like the factory of kafkajs, but without Nagle's delay. It remembers the sockets, so that they can be closed from outside. */
function socketFactory(sockets: Set<Socket>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const socket = ssl
      ? tlsConnect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
      : connect({ host, port }, onConnect)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket.setKeepAlive(true, 60_000).setNoDelay(true)
  }
}

/** With an error, because only then kafkajs rejects requests that wait for an answer. */
function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy(new Error('closed by us'))
}

async function tlsOptions({ caFile, certFile, keyFile }: NonNullable<KafkaSettings['tls']>): Promise<ConnectionOptions> {
  const [ca, cert, key] = await Promise.all([
    pem('ELVES_KAFKA_TLS_CA_FILE', caFile),
    pem('ELVES_KAFKA_TLS_CERT_FILE', certFile),
    pem('ELVES_KAFKA_TLS_KEY_FILE', keyFile),
  ])
  return { ...(ca === null ? {} : { ca: [ca] }), ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) }
}

async function pem(name: string, file: string): Promise<string | null> {
  if (file === '') return null
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ElvesError('CONFIG_INVALID', `${name}: ${file} can not be read`, { cause: error, facts: { name } })
  }
}
