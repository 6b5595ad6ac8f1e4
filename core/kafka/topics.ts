import type { KafkaConnection } from './kafka-connection.ts'

/**
 * Creates the topics that are missing and checks those that are there; any number of processes may do so at once.
 * Waits while the brokers are away. Throws TOPIC_MISFIT, KAFKA_REFUSED, or KAFKA_UNAVAILABLE after `patienceMs`.
 */
export async function ensureTopics(_connection: KafkaConnection, _options: { readonly patienceMs?: number } = {}): Promise<void> {
  throw new Error('not yet')
}
