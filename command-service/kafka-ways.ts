import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import type { AgentWays } from './command-service.ts'
import { closeCodes } from './gateway/gateway-limits.ts'
import { kafkaLinks } from './gateway/kafka-links.ts'
import type { WriteSide, WriteSideOptions } from './write-side.ts'

/** Agents are elsewhere: instructions go out by Kafka, and the log goes there too. */
export function kafkaWays({ logger, registry }: WriteSideOptions, connection: KafkaConnection, { agents }: WriteSide): AgentWays {
  const producer = lastingProducer({ connection, logger })
  return {
    links: kafkaLinks({ connection, producer, agents: agents.directory, logger, registry }),
    doors: {},
    carriers: { producer },
    isReady: () => true,
    acceptAgent: (socket) => socket.close(closeCodes.tryAgainLater, 'NO_GATEWAY'),
  }
}
