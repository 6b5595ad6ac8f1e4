import { relay } from '@elves/core/eventing/kafka/relay.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import type { AgentTransports } from './command-service.ts'
import { type KafkaDoor, kafkaDoor } from './kafka-link/kafka-door.ts'
import { kafkaLinks } from './kafka-link/kafka-links.ts'
import { turnAway } from './link/turn-away.ts'
import type { WriteSide, WriteSideOptions } from './write-side.ts'

/** How long a stop waits for the brokers to take the last answers to agents. */
const answersMs = 3_000

/** Agents are elsewhere: instructions go out by Kafka, what agents on Kafka report comes in, and the log goes there too. */
export function kafkaTransports(options: WriteSideOptions, connection: KafkaConnection, { agents, reports }: WriteSide): AgentTransports {
  const { store, pool, settings, instanceId, logger, registry } = options
  const { joinToken, pingIntervalMs } = settings
  const { registration, liveness } = agents
  const producer = lastingProducer({ connection, logger })
  const door = kafkaDoor({
    connection,
    send: (records) => producer.send(records),
    registration,
    liveness,
    tasks: reports,
    joinToken,
    pingIntervalMs,
    // Not the name under which this instance can be asked for a link: it holds none.
    gatewayId: `${instanceId}-kafka`,
    logger,
    registry,
  })
  return {
    links: kafkaLinks({ connection, producer, agents: agents.directory, logger, registry }),
    doors: { 'kafka door': { stop: () => stopDoor(door, producer) } },
    carriers: { relay: relay({ connection, store, pool, owner: instanceId, logger, registry }), producer },
    // Without brokers it can do what it is asked over HTTP, and instructions leave when they are back.
    isReady: () => true,
    acceptAgent: (socket) => turnAway(socket, 'NO_GATEWAY'),
  }
}

/** Answers that no broker takes do not keep it from stopping: agents ask again. */
async function stopDoor(door: KafkaDoor, producer: LastingProducer): Promise<void> {
  const late = setTimeout(() => void producer.stop(), answersMs)
  try {
    await door.stop()
  } finally {
    clearTimeout(late)
  }
}
