import { relay } from '@elves/core/eventing/kafka/relay.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import type { AgentTransports } from './command-service.ts'
import { type KafkaDoor, kafkaDoor } from './kafka-link/kafka-door.ts'
import { kafkaLinks } from './kafka-link/kafka-links.ts'
import { turnAway } from './link/turn-away.ts'
import { noToldKeys } from './signing/instruction-signer.ts'
import type { WriteSide, WriteSideOptions } from './write-side.ts'

/** How long a stop waits for the brokers to take the last answers to agents. */
const answersMs = 3_000

/** Transports to agents at other processes: instructions go out by Kafka, what agents on Kafka report comes in, and the log is relayed to Kafka. */
export function kafkaTransports(options: WriteSideOptions, connection: KafkaConnection, side: WriteSide): AgentTransports {
  const { agents, reports, output, signer } = side
  const { store, pool, settings, instanceId, logger, registry } = options
  const { joinToken, pingIntervalMs } = settings
  const { registration, admission, liveness } = agents
  const producer = lastingProducer({ connection, logger })
  const door = kafkaDoor({
    connection,
    send: (records) => producer.send(records),
    registration,
    admission,
    liveness,
    tasks: reports,
    output,
    joinToken,
    toldKeys: signer?.toldKeys ?? noToldKeys,
    pingIntervalMs,
    // Not the instance id: other gateways ask for a link under that name, and this instance holds none.
    gatewayId: `${instanceId}-kafka`,
    logger,
    registry,
  })
  return {
    links: kafkaLinks({ connection, producer, agents: agents.directory, logger, registry }),
    doors: { 'kafka door': { stop: () => stopDoor(door, producer) } },
    carriers: { relay: relay({ connection, store, pool, owner: instanceId, logger, registry }), producer },
    // Without brokers it still serves HTTP, and instructions leave when the brokers are back.
    isReady: () => true,
    acceptAgent: (socket) => turnAway(socket, 'NO_GATEWAY'),
  }
}

/** Stops the door. Answers that no broker takes do not hold up the stop, because agents ask again. */
async function stopDoor(door: KafkaDoor, producer: LastingProducer): Promise<void> {
  const late = setTimeout(() => void producer.stop(), answersMs)
  try {
    await door.stop()
  } finally {
    clearTimeout(late)
  }
}
