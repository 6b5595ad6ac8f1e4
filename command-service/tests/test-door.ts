import { silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import { partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decode, type Message, type MessageName } from '@elves/schemas/codec/codec.ts'
import type { AgentOutput, OpenAttempt } from '@elves/schemas/generated/types.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { kafkaDoor } from '../kafka-link/kafka-door.ts'
import type { Report } from '../link/frames.ts'
import type { OutputSource } from '../task-output/output-intake.ts'
import type { memoryAgents } from './memory-agents.ts'
import { testToken } from './test-agent.ts'

/** A Kafka door with agents in memory, and tasks that the test plays. */
export function testDoor(connection: KafkaConnection, agents: ReturnType<typeof memoryAgents>) {
  const producer = lastingProducer({ connection, logger: silentLogger })
  const registry = new Registry()
  const recorded: Report[] = []
  const reconciled: string[] = []
  const outputs: { readonly source: OutputSource; readonly output: AgentOutput }[] = []
  const tasks = {
    /** The test may replace these. By default everything is durable at once, and nothing is to be sent again. */
    record: async (_agentId: string, _reports: readonly Report[]): Promise<void> => undefined,
    reconcile: async (_agentId: string, _journalId: string, _open: readonly OpenAttempt[]): Promise<readonly Uint8Array[]> => [],
  }
  let asked = 0
  const door = kafkaDoor({
    connection,
    send: (records) => producer.send(records),
    registration: agents.registration,
    admission: agents.admission,
    liveness: agents.liveness,
    tasks: {
      async record(agentId, reports) {
        asked += 1
        await tasks.record(agentId, reports)
        recorded.push(...reports)
      },
      reconcile(agentId, journalId, openAttempts) {
        reconciled.push(agentId)
        return tasks.reconcile(agentId, journalId, openAttempts)
      },
    },
    output: { take: (source, output) => outputs.push({ source, output }) > 0 },
    joinToken: testToken,
    pingIntervalMs: 10_000,
    gatewayId: 'door',
    logger: silentLogger,
    registry,
  })
  return {
    tasks,
    registry,
    recorded,
    reconciled,
    outputs,
    /** How often the door asked to record reports. */
    get asked() {
      return asked
    },
    async stop() {
      await door.stop()
      await producer.stop()
    },
  }
}

export type TestDoor = ReturnType<typeof testDoor>

interface Word {
  readonly agentId: string
  /** The session that the message is for; null: any session. */
  readonly session: string | null
  readonly message: Message
}

/** The agents' end of the Kafka link: keeps what agents would get, and sends what the test tells it to. */
export async function kafkaSide(connection: KafkaConnection) {
  const { topics } = connection
  const words: Word[] = []
  const producer = lastingProducer({ connection, logger: silentLogger })
  const reader = partitionReader({
    connection,
    topic: topics.instructions,
    partitions: 'all',
    from: 'end',
    logger: silentLogger,
    onRecords(_, records) {
      for (const { key, headers, value } of records) words.push({ agentId: key, session: headers['session'] ?? null, message: decode(value) })
    },
  })
  await reader.ready

  function all<Name extends MessageName>(agentId: string, session: string | null, name: Name): Message<Name>['value'][] {
    const own = words.filter((word) => word.agentId === agentId && word.session === session)
    return own.flatMap(({ message }) => (message.name === name ? [message.value as Message<Name>['value']] : []))
  }

  return {
    words,
    all,
    say: (agentId: string, session: string | null, value: Buffer, topic = topics.reports) =>
      producer.send([{ topic, key: agentId, value, ...(session === null ? {} : { headers: { session } }) }]),
    heard: <Name extends MessageName>(agentId: string, session: string | null, name: Name) =>
      waitFor(() => all(agentId, session, name).at(-1), { what: name, timeoutMs: 45_000 }),
    receipts: (agentId: string, session: string) => all(agentId, session, 'Receipt').flatMap(({ reportIds }) => [...reportIds]),
    async stop() {
      await reader.stop()
      await producer.stop()
    },
  }
}

export type KafkaSide = Awaited<ReturnType<typeof kafkaSide>>
