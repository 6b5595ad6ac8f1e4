import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs'
import { ElvesError } from '../foundation/errors.ts'
import { brokerPauses } from './broker-pauses.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { isRefusal, kafkaErrorType, kafkaRefused } from './kafka-error.ts'

interface Topic {
  readonly name: string
  readonly partitions: number
  /** Null: kept for ever. */
  readonly retentionMs: number | null
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const usualPatienceMs = 60_000

/**
 * Creates missing topics and checks existing ones; any number of processes may do so at once. Waits while the brokers are
 * away. Throws TOPIC_MISFIT, KAFKA_REFUSED, or KAFKA_UNAVAILABLE after `patienceMs`.
 */
export async function ensureTopics(connection: KafkaConnection, options: { readonly patienceMs?: number } = {}): Promise<void> {
  const { patienceMs = usualPatienceMs } = options
  const giveUp = AbortSignal.timeout(patienceMs)
  for (const pauses = brokerPauses(giveUp); ; await pauses.pause()) {
    const admin = connection.client.admin({ retry: { retries: 0 } })
    try {
      await admin.connect()
      for (const topic of topicsOf(connection)) await ensureTopic(admin, topic, connection.settings.replication)
      return
    } catch (error) {
      if (error instanceof ElvesError) throw error
      if (isRefusal(error)) throw kafkaRefused(error, 'Kafka does not let us make or look at the topics')
      if (giveUp.aborted) throw givenUp(connection, error)
      connection.logger.debug({ err: error }, 'the topics can not be checked yet')
    } finally {
      await admin.disconnect().catch(() => undefined)
    }
  }
}

/** An instruction is useless after its start deadline, and a report is receipted within seconds; both can be sent again, and so can output. */
function topicsOf({ topics, settings }: KafkaConnection): readonly Topic[] {
  return [
    { name: topics.events, partitions: 1, retentionMs: null },
    { name: topics.instructions, partitions: settings.agentPartitions, retentionMs: dayMs },
    { name: topics.reports, partitions: settings.agentPartitions, retentionMs: 7 * dayMs },
    { name: topics.output, partitions: settings.agentPartitions, retentionMs: hourMs },
  ]
}

async function ensureTopic(admin: Admin, topic: Topic, replication: number): Promise<void> {
  const existing = await partitionsOf(admin, topic.name)
  if (existing !== null) return checkTopic(admin, topic, existing)
  try {
    await admin.createTopics({ topics: [topicConfig(topic, replication)], waitForLeaders: true, timeout: 10_000 })
  } catch (error) {
    if (kafkaErrorType(error) !== 'TOPIC_ALREADY_EXISTS') throw error
  }
  // Another process may have made it, with other settings.
  const made = await partitionsOf(admin, topic.name)
  // This broker may hear of the topic a moment later, so the caller looks again.
  if (made === null) throw new Error(`the topic ${topic.name} does not show yet`)
  await checkTopic(admin, topic, made)
}

function topicConfig({ name, partitions, retentionMs }: Topic, replication: number): ITopicConfig {
  const entries = {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs ?? -1),
    'retention.bytes': '-1',
    // An event with its record is far smaller. One that did not fit would stop the relay.
    'max.message.bytes': String(4 * 1024 * 1024),
    'min.insync.replicas': replication >= 3 ? '2' : '1',
  }
  const configEntries = Object.entries(entries).map(([key, value]) => ({ name: key, value }))
  return { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries }
}

async function partitionsOf(admin: Admin, topic: string): Promise<number | null> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]?.partitions.length || null
  } catch (error) {
    if (kafkaErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return null
    throw error
  }
}

async function checkTopic(admin: Admin, topic: Topic, partitions: number): Promise<void> {
  if (partitions !== topic.partitions) throw misfit(topic, `has ${partitions} partitions, and must have ${topic.partitions}`)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic.name }],
  })
  const entries = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]))
  const policy = entries.get('cleanup.policy') ?? 'delete'
  if (policy !== 'delete') throw misfit(topic, `has cleanup.policy ${policy}, and must have delete`)
  const retentionMs = Number(entries.get('retention.ms') ?? -1)
  const isForEver = retentionMs === -1
  if (topic.retentionMs === null && !isForEver) throw misfit(topic, `has retention.ms ${retentionMs}, and must have -1 (for ever)`)
  if (topic.retentionMs !== null && !isForEver && retentionMs < topic.retentionMs) {
    throw misfit(topic, `has retention.ms ${retentionMs}, and must have ${topic.retentionMs} or more`)
  }
  const retentionBytes = Number(entries.get('retention.bytes') ?? -1)
  if (topic.retentionMs === null && retentionBytes !== -1) throw misfit(topic, `has retention.bytes ${retentionBytes}, and must have -1`)
}

function misfit(topic: Topic, what: string): ElvesError {
  return new ElvesError('TOPIC_MISFIT', `The Kafka topic ${topic.name} ${what}.`, { facts: { topic: topic.name } })
}

function givenUp({ settings }: KafkaConnection, cause: unknown): ElvesError {
  // Reported only now, because the other brokers may not have been up before.
  if (kafkaErrorType(cause) === 'INVALID_REPLICATION_FACTOR') return kafkaRefused(cause, `Kafka can not keep ${settings.replication} replicas`)
  const brokers = settings.brokers.join(', ')
  return new ElvesError('KAFKA_UNAVAILABLE', `The Kafka brokers (${brokers}) do not answer.`, { canRetry: true, cause, facts: { brokers } })
}
