import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import type { IncomingRecord } from '@elves/core/kafka/incoming-record.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { sharedConsumer } from '@elves/core/kafka/shared-consumer.ts'
import type { OutputIntake } from '../task-output/output-intake.ts'
import { type IncomingMessage, readIncoming } from './incoming.ts'
import type { Outgoing } from './outgoing.ts'

export interface OutputDoorOptions {
  readonly connection: KafkaConnection
  readonly intake: Pick<OutputIntake, 'take'>
  /** Tried again until it answers. True: nothing is taken from the agent any more. */
  readonly isRevoked: (agentId: string) => Promise<boolean>
  readonly outgoing: Pick<Outgoing, 'output'>
  /** Called for a record that is none of an agent. */
  readonly parked: (record: IncomingRecord, error: unknown) => void
  readonly logger: Logger
}

const fullPauseMs = 100

/**
 * Reads what runs print on agents on Kafka. The topic is one of its own, with a consumer of its own: however much output waits there,
 * reports do not wait behind it. Its records are committed before they are written, because agents send again what has no receipt.
 */
export function outputDoor({ connection, intake, isRevoked, outgoing, parked, logger }: OutputDoorOptions): Running {
  const { topics, settings } = connection
  const stopping = new AbortController()
  const consumer = sharedConsumer({ connection, topic: topics.output, groupId: `${settings.topicPrefix}-output`, handle, logger })

  /** Waits while the intake is full: the rest stays at the brokers. */
  async function handle(_partition: number, records: readonly IncomingRecord[]): Promise<void> {
    const isTurnedAway = new Map<string, boolean>()
    for (const record of records) {
      const incoming = read(record)
      if (incoming?.message.name !== 'AgentOutput') continue
      const { agentId, session, message } = incoming
      // Asked once for the records that came together. Its session is told with its next report or hello.
      if (!isTurnedAway.has(agentId)) isTurnedAway.set(agentId, await isRevoked(agentId))
      if (isTurnedAway.get(agentId)) continue
      const source = { agentId, receipt: (outputs: Parameters<Outgoing['output']>[2]) => outgoing.output(agentId, session, outputs) }
      while (!intake.take(source, message.value) && !stopping.signal.aborted) await pause(fullPauseMs, stopping.signal)
    }
  }

  function read(record: IncomingRecord): IncomingMessage | null {
    try {
      return readIncoming(record)
    } catch (error) {
      parked(record, error)
      return null
    }
  }

  return {
    stop() {
      stopping.abort()
      return consumer.stop()
    },
  }
}
