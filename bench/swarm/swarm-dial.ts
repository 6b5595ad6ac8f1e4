import { gatewayAddress } from '@elves/agent/link/gateway-address.ts'
import type { Dial } from '@elves/agent/link/link-session.ts'
import { ReadOffset } from '@elves/agent/link/read-offset.ts'
import { socketDial } from '@elves/agent/link/socket-session.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'

/** How each agent of a swarm connects to the center. */
export interface SwarmDial {
  readonly joinToken: string
  /** Where agents get packages; null: by Kafka they get none. */
  readonly gatewayUrl: string | null
  dialOf(agentId: string): Promise<Dial>
}

/** Reads a URL of a gateway (ws://…?token=…) or of brokers (kafka://host:port,host:port/prefix?token=…&partitions=16). Throws CONFIG_INVALID. */
export function swarmDial(url: string, logger: Logger): SwarmDial {
  if (url.startsWith('kafka:')) return kafkaSwarmDial(url, logger)
  const { joinToken, ...gateway } = gatewayAddress(url)
  const dial = socketDial(gateway.url)
  return { joinToken, gatewayUrl: gateway.url, dialOf: async () => dial }
}

function kafkaSwarmDial(text: string, logger: Logger): SwarmDial {
  const parts = /^kafka:\/\/([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(text)
  if (!parts) throw new ElvesError('CONFIG_INVALID', 'brokers are given as kafka://host:port,host:port/topic-prefix?token=…&partitions=…')
  const [, brokers = '', prefix = '', query = ''] = parts
  const parameters = new URLSearchParams(query)
  const settings = readSettings({
    ELVES_KAFKA_BROKERS: brokers,
    ELVES_KAFKA_TOPIC_PREFIX: prefix,
    ELVES_KAFKA_AGENT_PARTITIONS: parameters.get('partitions') ?? '',
  })
  const opened = open()
  // An agent that dials gets the error.
  opened.catch(() => undefined)

  async function open() {
    const [{ kafkaSettings }, { kafkaConnection }, { agentPartition }, { kafkaSessions }] = await Promise.all([
      import('@elves/core/kafka/kafka-settings.ts'),
      import('@elves/core/kafka/kafka-connection.ts'),
      import('@elves/core/kafka/agent-partition.ts'),
      import('@elves/agent/link/kafka-session.ts'),
    ])
    const kafka = kafkaSettings(settings)
    if (!kafka) throw new ElvesError('CONFIG_INVALID', 'no brokers')
    const connection = await kafkaConnection({ settings: kafka, clientId: 'elves-swarm', logger })
    return { connection, partitionOf: (agentId: string) => agentPartition(agentId, kafka.agentPartitions), kafkaSessions }
  }

  return {
    joinToken: parameters.get('token') ?? '',
    gatewayUrl: null,
    async dialOf(agentId) {
      const { connection, partitionOf, kafkaSessions } = await opened
      // A simulated agent has no journal on disk, so it keeps no offset either.
      return kafkaSessions({ connection, agentId, partition: partitionOf(agentId), offset: new ReadOffset(), keepOffset: async () => undefined })
    },
  }
}
