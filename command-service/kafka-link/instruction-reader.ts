import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { durations, gauge } from '@elves/core/foundation/metrics.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { type IncomingRecord, partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decodeAs, nameOf, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import { sessionHeader } from '@elves/schemas/link/protocol.ts'
import { Counter, type Registry } from 'prom-client'
import type { AgentLinks } from '../link/agent-links.ts'
import { plainInstruction } from '../link/plain-instruction.ts'
import type { ExpectedTask } from '../tasks/task-reports.ts'
import { taskSoFar } from './task-so-far.ts'

export interface InstructionReaderOptions {
  readonly connection: KafkaConnection
  readonly links: AgentLinks
  /** Called with the tasks whose run was handed to agents here: their reports will come here. */
  onHanded(tasks: readonly ExpectedTask[]): void
  readonly logger: Logger
  readonly registry: Registry
}

export interface InstructionReader extends Running {
  /** Resolves when nothing that is produced later is missed. No agent may join before. */
  readonly ready: Promise<void>
}

/**
 * Reads the instructions for all agents, live. Hands each session its own, and drops those for agents elsewhere. It keeps no
 * offsets: what was produced before an agent came is in the log, and the answer to its hello brings it.
 */
export function instructionReader({ connection, links, onHanded, logger, registry }: InstructionReaderOptions): InstructionReader {
  const metrics = readerMetrics(registry, () => reader.isReading())
  const reader = partitionReader({
    connection,
    topic: connection.topics.instructions,
    partitions: 'all',
    from: 'end',
    logger,
    onRecords(_partition, records) {
      const handed = handRecords(records, links, (record, error) => {
        metrics.unreadable()
        const { partition, offset } = record
        logger.error({ err: error, partition, offset: String(offset) }, 'a record on the topic of instructions is none; it is passed over')
      })
      metrics.read(records, handed.length)
      if (handed.length > 0) onHanded(handed)
    },
    onSkipped(partition, from, to) {
      metrics.skipped()
      logger.warn({ partition, from: String(from), to: String(to) }, 'instructions were gone before they were read; they will be sent again')
    },
  })

  return { ready: reader.ready, stop: () => reader.stop() }
}

/**
 * Hands each session here its own instructions; returns the tasks of the runs among them. A record that is no instruction goes to
 * `unreadable` and must not stop the partition: the log has all that matters, and it is sent again from there.
 */
export function handRecords(
  records: readonly IncomingRecord[],
  links: Pick<AgentLinks, 'send'>,
  unreadable: (record: IncomingRecord, error: UndecodableMessage) => void,
): ExpectedTask[] {
  return records.flatMap((record) => {
    try {
      return hand(record, links)
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error
      unreadable(record, error)
      return []
    }
  })
}

/** Hands on one record. Skips a record with a session: that answers an agent that is linked by Kafka itself. */
function hand({ headers, key, value }: IncomingRecord, links: Pick<AgentLinks, 'send'>): ExpectedTask[] {
  if (headers[sessionHeader] !== undefined) return []
  const plain = plainInstruction(value)
  const name = nameOf(plain)
  if (name === 'CancelTask' || name === 'SetApps') links.send(key, value)
  else if (name !== 'RunTask') throw new UndecodableMessage(`${name} is no instruction`, null)
  else if (links.send(key, value)) return [{ taskId: decodeAs('RunTask', plain).taskId, events: taskSoFar(headers) }]
  return []
}

function readerMetrics(registry: Registry, isReading: () => boolean) {
  const registers = [registry]
  const read = new Counter({ name: 'elves_gateway_instructions_read_total', help: 'Instructions read from Kafka, for any agent.', registers })
  const handed = new Counter({
    name: 'elves_gateway_runs_handed_total',
    help: 'Instructions to run a task, handed to agents of this gateway.',
    registers,
  })
  const skipped = new Counter({
    name: 'elves_gateway_instructions_skipped_total',
    help: 'Times that instructions were gone before they were read.',
    registers,
  })
  const unreadable = new Counter({
    name: 'elves_gateway_instructions_unreadable_total',
    help: 'Records on the topic of instructions that were none.',
    registers,
  })
  const age = durations(registry, 'elves_gateway_instruction_age_seconds', 'How old instructions were when they were read, of each batch the last.')
  gauge(registry, 'elves_gateway_instructions_reading', '1 while the brokers answer the reader of instructions.', () => (isReading() ? 1 : 0))
  return {
    read(records: readonly IncomingRecord[], runs: number) {
      read.inc(records.length)
      handed.inc(runs)
      const last = records.at(-1)
      if (last) age.observe(Math.max(0, Date.now() - last.timestampMs) / 1000)
    },
    skipped: () => skipped.inc(),
    unreadable: () => unreadable.inc(),
  }
}
