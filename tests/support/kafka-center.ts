import { silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import { partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decode, encode, type Message, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { MessageTypes, ReportName } from '@elves/schemas/generated/catalog.ts'
import type { AgentHello, RunTask } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import { waitFor } from './wait-for.ts'

/** A message from an agent, with the session that it belongs to. */
export interface Word {
  readonly agentId: string
  readonly session: string
  readonly message: Message
}

/** The center's end of the Kafka link, driven by a test. */
export interface KafkaCenter {
  /** In the order of arrival. */
  readonly words: Word[]
  /** Whether it answers hellos with a welcome; may be changed at any time. */
  welcomes: boolean
  pongs: boolean
  receipts: boolean
  now(): number
  hello(count?: number): Promise<Word & { readonly hello: AgentHello }>
  /** The reports that came, with repeated ones. */
  reports(): Message<ReportName>[]
  /** Sends a message; with `session` null it is an instruction. */
  say<Name extends keyof MessageTypes>(agentId: string, session: string | null, name: Name, value: MessageTypes[Name]): Promise<void>
  sayBytes(agentId: string, session: string | null, value: Buffer): Promise<void>
  welcome(agentId: string, session: string): Promise<void>
  run(agentId: string, task: Partial<RunTask> & { taskId: string; journalId: string }): Promise<void>
  stop(): Promise<void>
}

export interface KafkaCenterOptions {
  readonly connection: KafkaConnection
  readonly pingIntervalMs?: number
}

const reportNames: readonly string[] = [
  'AttemptAcknowledged',
  'AttemptStarted',
  'AttemptEnded',
  'AttemptProcessing',
  'AgentFactsReport',
  'AgentCronRun',
  'AgentCronsReport',
  'AgentCronDropsReport',
  'AgentInstructionReport',
]

export async function kafkaCenter({ connection, pingIntervalMs = 10_000 }: KafkaCenterOptions): Promise<KafkaCenter> {
  const { topics } = connection
  const producer = lastingProducer({ connection, logger: silentLogger })
  const words: Word[] = []
  const reader = partitionReader({
    connection,
    topic: topics.reports,
    partitions: 'all',
    from: 'end',
    logger: silentLogger,
    onRecords(_, records) {
      for (const { key, headers, value } of records) take({ agentId: key, session: headers['session'] ?? '', message: decode(value) })
    },
  })
  await reader.ready

  function take(word: Word): void {
    words.push(word)
    const { agentId, session, message } = word
    if (message.name === 'AgentHello' && center.welcomes) void center.welcome(agentId, session)
    if (message.name === 'AgentPing' && center.pongs) {
      void center.say(agentId, session, 'CenterPong', { agentClockMs: message.value.clockMs, clockMs: Date.now() })
    }
    if (isReport(message) && center.receipts) void center.say(agentId, session, 'Receipt', { reportIds: [message.value.reportId] })
  }

  const center: KafkaCenter = {
    words,
    welcomes: true,
    pongs: true,
    receipts: true,
    now: () => Date.now(),
    async hello(count = 1) {
      const hellos = () => words.filter(({ message }) => message.name === 'AgentHello')
      const word = await waitFor(() => hellos()[count - 1], { what: `hello ${count}`, timeoutMs: 30_000 })
      return { ...word, hello: word.message.value as AgentHello }
    },
    reports: () => words.map(({ message }) => message).filter(isReport),
    say: (agentId, session, name, value) => center.sayBytes(agentId, session, encode(name, value)),
    sayBytes: (agentId, session, value) =>
      producer.send([{ topic: topics.instructions, key: agentId, value, ...(session === null ? {} : { headers: { session } }) }]),
    welcome(agentId, session) {
      const fixed = {
        protocolVersion: 1,
        sessionId: session,
        capabilities: [],
        fingerprints: readableFingerprints,
        maxUnreceipted: 1_000,
        ip: '',
        instructionKeys: [],
        keyEndorsements: [],
      }
      return center.say(agentId, session, 'CenterWelcome', { ...fixed, clockMs: Date.now(), pingIntervalMs })
    },
    run(agentId, task) {
      const fixed = { attempt: 1, kind: 'INSTANT', app: 'app', func: 'now', param: null, proxy: null, processor: false, retriedOn: [] } as const
      const value = { ...noSecrets, ...fixed, timeoutMs: 10_000, notAfter: Date.now() + 30_000, correlationId: 'c', metadata: {}, ...task }
      return center.say(agentId, null, 'RunTask', value)
    },
    async stop() {
      await reader.stop()
      await producer.stop()
    },
  }
  return center
}

function isReport(message: Message): message is Message<ReportName> {
  return reportNames.includes(message.name)
}
