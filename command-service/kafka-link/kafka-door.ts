import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import type { IncomingRecord } from '@elves/core/kafka/incoming-record.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { OutgoingRecord } from '@elves/core/kafka/lasting-producer.ts'
import { sharedConsumer } from '@elves/core/kafka/shared-consumer.ts'
import type { Registry } from 'prom-client'
import type { Admission } from '../agents/admission.ts'
import type { AgentLiveness } from '../agents/agent-liveness.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import { Turns } from '../instances/turns.ts'
import { gatewayLimits } from '../link/link-limits.ts'
import { noToldKeys, type ToldKeys } from '../signing/instruction-signer.ts'
import type { OutputIntake } from '../task-output/output-intake.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import { type IncomingMessage, readIncoming } from './incoming.ts'
import { kafkaGreeting } from './kafka-greeting.ts'
import { kafkaLinkMetrics } from './kafka-link-metrics.ts'
import { messageHandler } from './message-handler.ts'
import { outgoingMessages } from './outgoing.ts'
import { outputDoor } from './output-door.ts'
import { retryUntil } from './retry.ts'

export interface KafkaDoorOptions {
  readonly connection: KafkaConnection
  /** Resolves when the brokers have the records. Stop the producer after the door. */
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>
  readonly registration: AgentRegistration
  readonly admission: Admission
  readonly liveness: Pick<AgentLiveness, 'heard' | 'sessionsOf'>
  readonly tasks: TaskReports
  readonly output: Pick<OutputIntake, 'take'>
  readonly joinToken: string
  /** Public keys that sign instructions; default none. */
  readonly toldKeys?: ToldKeys
  readonly pingIntervalMs: number
  /** Names this instance in the events of links. */
  readonly gatewayId: string
  readonly logger: Logger
  readonly registry: Registry
  /** How long another process of the same agent has to answer; default as at a gateway. */
  readonly otherBootMs?: number
}

/** Reads and answers the messages of agents that are linked by Kafka itself. Any number of instances share the work. */
export interface KafkaDoor extends Running {
  /** Returns true if it takes part in the work. */
  isReady(): boolean
}

/** If the brokers have not confirmed more answers than this, no more records are handled until they have. */
const mostUnsaid = 10_000

/**
 * Keeps nothing that another instance would miss: an agent's session is known by the id in the header and by the liveness table.
 * Commits records to the brokers only after what they say is in the event store.
 */
export function kafkaDoor(options: KafkaDoorOptions): KafkaDoor {
  const { connection, send, registration, admission, liveness, tasks, joinToken, pingIntervalMs, gatewayId, logger, registry } = options
  const { otherBootMs = gatewayLimits.otherBootPingMs, toldKeys = noToldKeys } = options
  const { topics, settings } = connection
  const stopping = new AbortController()
  const metrics = kafkaLinkMetrics(registry)
  const turns = new Turns()
  const retry = retryUntil(stopping.signal, logger)
  const outgoing = outgoingMessages({ topic: topics.instructions, send, pingIntervalMs, toldKeys, logger })
  const shared = { registration, admission, liveness, tasks, turns, retry, outgoing, metrics, logger }
  const greeting = kafkaGreeting({ ...shared, joinToken, gatewayId, otherBootMs })
  const handleMessages = messageHandler({ ...shared, greeting })
  const consumer = sharedConsumer({ connection, topic: topics.reports, groupId: `${settings.topicPrefix}-reports`, handle, logger })
  const ofOutput = outputDoor({
    connection,
    intake: options.output,
    isRevoked: (agentId) => retry(() => admission.isRevoked(agentId)),
    outgoing,
    parked,
    logger,
  })
  let stopped: Promise<void> | null = null

  /** Handles many agents at once, and the messages of each in order. */
  async function handle(_partition: number, records: readonly IncomingRecord[]): Promise<void> {
    if (outgoing.unsaid > mostUnsaid) await outgoing.said()
    const last = records.at(-1)
    if (last) metrics.took(records.length, Date.now() - last.timestampMs)
    const byAgent = Map.groupBy(messagesIn(records), ({ agentId }) => agentId)
    const taken = [...byAgent].map(([agentId, words]) => turns.take(agentId, () => handleMessages(agentId, words)))
    // Waits for all of them, also if a stop breaks one off: no work may go on after another instance has got these records.
    const broken = (await Promise.allSettled(taken)).find((one) => one.status === 'rejected')
    if (broken) throw broken.reason
  }

  function messagesIn(records: readonly IncomingRecord[]): IncomingMessage[] {
    return records.flatMap((record) => {
      try {
        return [readIncoming(record)]
      } catch (error) {
        parked(record, error)
        return []
      }
    })
  }

  /** Counts and logs a bad record. It stays in the topic; the log says where. */
  function parked({ partition, offset, key }: IncomingRecord, error: unknown): void {
    const { code, message } = asElvesError(error)
    metrics.bad(code)
    logger.error({ code, reason: message, partition, offset: String(offset), key: cutText(key, 80) }, 'passed over a record that is none of an agent')
  }

  async function stop(): Promise<void> {
    stopping.abort()
    greeting.stop()
    await Promise.all([consumer.stop(), ofOutput.stop()])
    await turns.idle()
    await outgoing.said()
  }

  return {
    isReady: () => consumer.isReady(),
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
