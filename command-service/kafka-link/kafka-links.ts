import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { gauge, labelledCounter } from '@elves/core/foundation/metrics.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { LastingProducer, OutgoingRecord } from '@elves/core/kafka/lasting-producer.ts'
import { Counter, type Registry } from 'prom-client'
import type { AgentDirectory } from '../agents/agent-directory.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import { taskHeaders } from './task-so-far.ts'

export interface KafkaLinksOptions {
  readonly connection: KafkaConnection
  readonly producer: LastingProducer
  readonly agents: AgentDirectory
  readonly logger: Logger
  readonly registry: Registry
}

/** If more bytes than this are unconfirmed, instructions are left to the resends, because their deadlines run while they wait. */
const mostWaitingBytes = 32 * 1024 * 1024

/** Links to agents at any gateway: instructions go to all gateways, and each gateway hands on those for its agents. */
export function kafkaLinks({ connection, producer, agents, logger, registry }: KafkaLinksOptions): AgentLinks {
  const topic = connection.topics.instructions
  const metrics = instructionMetrics(registry, producer)

  async function produce(agentId: string, instruction: Uint8Array, headers: OutgoingRecord['headers']): Promise<void> {
    const { buffer, byteOffset, byteLength } = instruction
    try {
      await producer.send([{ topic, key: agentId, value: Buffer.from(buffer, byteOffset, byteLength), ...(headers && { headers }) }])
      metrics.produced()
    } catch (error) {
      const { code } = asElvesError(error)
      metrics.failed(code)
      if (code !== 'SHUTTING_DOWN') logger.error({ err: error, code, agentId }, 'an instruction was not produced; it is sent again later')
    }
  }

  return {
    send(agentId, instruction, task) {
      if (producer.waitingBytes > mostWaitingBytes) {
        metrics.failed('KAFKA_CONGESTED')
        return false
      }
      void produce(agentId, instruction, task && taskHeaders(task))
      return true
    },
    async isConnected(agentId) {
      return (await agents.find(agentId))?.phase === 'CONNECTED'
    },
  }
}

function instructionMetrics(registry: Registry, producer: LastingProducer) {
  const registers = [registry]
  const produced = new Counter({ name: 'elves_instructions_produced_total', help: 'Instructions that Kafka has durably.', registers })
  const failed = labelledCounter(registry, {
    name: 'elves_instructions_failed_total',
    help: 'Instructions that were not produced, by reason; they are sent again later.',
    labels: { reason: ['KAFKA_CONGESTED', 'KAFKA_REFUSED', 'KAFKA_UNAVAILABLE', 'SHUTTING_DOWN', 'INTERNAL'] },
  })
  gauge(registry, 'elves_kafka_waiting_bytes', 'Bytes that were produced and that no broker has confirmed yet.', () => producer.waitingBytes)
  return { produced: () => produced.inc(), failed: (reason: string) => failed.inc({ reason }) }
}
