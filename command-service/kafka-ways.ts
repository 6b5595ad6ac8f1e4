import { relay } from '@elves/core/eventing/kafka/relay.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import type { AgentWays } from './command-service.ts'
import { closeCodes } from './gateway/gateway-limits.ts'
import { kafkaLinks } from './gateway/kafka-links.ts'
import type { WriteSide, WriteSideOptions } from './write-side.ts'

/** Agents are elsewhere: instructions go out by Kafka, what agents on Kafka report comes in, and the log goes there too. */
export function kafkaWays(options: WriteSideOptions, connection: KafkaConnection, { agents }: WriteSide): AgentWays {
  const { store, pool, instanceId, logger, registry } = options
  const producer = lastingProducer({ connection, logger })
  return {
    links: kafkaLinks({ connection, producer, agents: agents.directory, logger, registry }),
    doors: {},
    carriers: { relay: relay({ connection, store, pool, owner: instanceId, logger, registry }), producer },
    isReady: () => true,
    acceptAgent: (socket) => socket.close(closeCodes.tryAgainLater, 'NO_GATEWAY'),
  }
}
