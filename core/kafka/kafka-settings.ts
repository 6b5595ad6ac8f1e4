import { ElvesError } from '../foundation/errors.ts'
import type { Settings } from '../foundation/settings.ts'

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

/** How to find and reach the brokers, and the properties of the topics. */
export interface KafkaSettings {
  /** host:port, at least one. */
  readonly brokers: readonly string[]
  readonly topicPrefix: string
  /** Number of partitions of the topics of instructions and of reports; it never changes. */
  readonly agentPartitions: number
  readonly replication: number
  readonly compression: 'none' | 'gzip'
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string } | null
  /** Empty file names mean "not given"; null: no TLS. */
  readonly tls: { readonly caFile: string; readonly certFile: string; readonly keyFile: string } | null
}

/** Returns null if no brokers are set. Throws CONFIG_INVALID if the settings do not fit together. */
export function kafkaSettings(settings: Settings): KafkaSettings | null {
  const brokers = brokersOf(settings.ELVES_KAFKA_BROKERS)
  if (brokers.length === 0) return null
  return {
    brokers,
    topicPrefix: topicPrefixOf(settings),
    agentPartitions: settings.ELVES_KAFKA_AGENT_PARTITIONS,
    replication: settings.ELVES_KAFKA_REPLICATION,
    compression: settings.ELVES_KAFKA_COMPRESSION,
    sasl: saslOf(settings),
    tls: tlsOf(settings),
  }
}

function brokersOf(text: string): string[] {
  const brokers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  for (const broker of brokers) {
    const port = Number(/^[^\s/]+:(\d{1,5})$/.exec(broker)?.[1] ?? 0)
    if (port < 1 || port > 65_535) throw invalid('ELVES_KAFKA_BROKERS', `${broker} is not host:port`)
  }
  return brokers
}

function topicPrefixOf({ ELVES_KAFKA_TOPIC_PREFIX: prefix }: Settings): string {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(prefix)) throw invalid('ELVES_KAFKA_TOPIC_PREFIX', 'expected letters, digits, dot, dash, underscore')
  return prefix
}

function saslOf(settings: Settings): KafkaSettings['sasl'] {
  const { ELVES_KAFKA_SASL: mechanism, ELVES_KAFKA_USERNAME: username, ELVES_KAFKA_PASSWORD: password } = settings
  if (mechanism === 'none') return null
  if (username === '') throw invalid('ELVES_KAFKA_USERNAME', `needed for ELVES_KAFKA_SASL=${mechanism}`)
  if (password === '') throw invalid('ELVES_KAFKA_PASSWORD', `needed for ELVES_KAFKA_SASL=${mechanism}`)
  return { mechanism, username, password }
}

function tlsOf(settings: Settings): KafkaSettings['tls'] {
  if (!settings.ELVES_KAFKA_TLS) return null
  const { ELVES_KAFKA_TLS_CA_FILE: caFile, ELVES_KAFKA_TLS_CERT_FILE: certFile, ELVES_KAFKA_TLS_KEY_FILE: keyFile } = settings
  if ((certFile === '') !== (keyFile === '')) throw invalid('ELVES_KAFKA_TLS_KEY_FILE', 'certificate and key come together')
  return { caFile, certFile, keyFile }
}

function invalid(name: string, what: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', `${name}: ${what}`, { facts: { name } })
}
