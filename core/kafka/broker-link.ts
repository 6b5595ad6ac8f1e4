import type { InternalBroker, InternalCluster } from './kafkajs-internals.ts'

/** Identifies the records of an idempotent producer for a broker, together with their sequence numbers. */
export interface ProducerIdentity {
  readonly producerId: string
  readonly producerEpoch: number
}

/**
 * Connections of one reader or producer to the brokers. It never retries: after any error, close it and dial a new one, so
 * that no state of a broken connection is kept.
 */
export class BrokerLink {
  readonly #cluster: InternalCluster
  readonly #destroySockets: () => void
  readonly #topics = new Set<string>()
  #connecting: Promise<void> | undefined

  constructor(cluster: InternalCluster, destroySockets: () => void) {
    this.#cluster = cluster
    this.#destroySockets = destroySockets
  }

  get isConnected(): boolean {
    return this.#cluster.isConnected()
  }

  connect(): Promise<void> {
    this.#connecting ??= this.#cluster.connect()
    return this.#connecting
  }

  /** Returns the number of partitions of a topic. Throws UNKNOWN_TOPIC_OR_PARTITION, as do all methods below. */
  async partitionsOf(topic: string): Promise<number> {
    return (await this.#metadataOf(topic)).length
  }

  /** Returns the leader of each partition. */
  async leadersOf(topic: string, partitions: readonly number[]): Promise<Map<InternalBroker, number[]>> {
    const metadata = await this.#metadataOf(topic)
    const byNode = Map.groupBy(partitions, (partition) => leaderOf(topic, partition, metadata))
    const entries = [...byNode].map(async ([nodeId, led]) => [await this.#cluster.findBroker({ nodeId }), led] as const)
    return new Map(await Promise.all(entries))
  }

  /** Gets an id for an idempotent producer. The topic is for the metadata: without one, kafkajs would ask for those of all topics. */
  async newProducerId(topic: string): Promise<ProducerIdentity> {
    await this.#metadataOf(topic)
    const broker = await this.#cluster.findControllerBroker()
    return broker.initProducerId({ transactionTimeout: 60_000 })
  }

  /** Returns the first offset that a partition still has, and the one after its last. */
  async offsetsOf(topic: string, partitions: readonly number[]): Promise<Map<number, { first: bigint; end: bigint }>> {
    await this.#metadataOf(topic)
    const ask = (fromBeginning: boolean) =>
      this.#cluster.fetchTopicsOffset([{ topic, partitions: partitions.map((partition) => ({ partition })), fromBeginning }])
    const [first, end] = await Promise.all([ask(true), ask(false)])
    const ends = new Map(end[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    return new Map(
      first[0]?.partitions.map(({ partition, offset }) => [partition, { first: BigInt(offset), end: ends.get(partition) ?? BigInt(offset) }]),
    )
  }

  /** Closes the connections; requests that wait for an answer are rejected. */
  close(): void {
    // Sockets first: otherwise disconnecting would wait for the answers.
    this.#destroySockets()
    this.#cluster.disconnect().catch(() => undefined)
  }

  async #metadataOf(topic: string): Promise<readonly { readonly partitionId: number; readonly leader: number }[]> {
    await this.connect()
    if (!this.#topics.has(topic)) {
      await this.#cluster.addTargetTopic(topic)
      this.#topics.add(topic)
    }
    return this.#cluster.findTopicPartitionMetadata(topic)
  }
}

function leaderOf(topic: string, partition: number, metadata: readonly { readonly partitionId: number; readonly leader: number }[]): number {
  const found = metadata.find(({ partitionId }) => partitionId === partition)
  if (found === undefined) throw Object.assign(new Error(`${topic} has no partition ${partition}`), { type: 'UNKNOWN_TOPIC_OR_PARTITION' })
  if (found.leader < 0) throw new Error(`partition ${partition} of ${topic} has no leader`)
  return found.leader
}
