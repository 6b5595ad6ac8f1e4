import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { type IncomingRecord, partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decodeAs, nameOf } from '@elves/schemas/codec/codec.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { AgentLinks } from './agent-links.ts'

export interface InstructionReaderOptions {
  readonly connection: KafkaConnection
  readonly links: AgentLinks
  /** Agents were handed the runs of these tasks: their reports will come. */
  onHanded(taskIds: readonly string[]): void
  readonly logger: Logger
  readonly registry: Registry
}

export interface InstructionReader extends Running {
  /** From then on nothing that is produced is missed: no agent may be let in before. */
  readonly ready: Promise<void>
}

/**
 * Reads the instructions for all agents, live, and hands each session its own; what is for others is dropped here. It keeps
 * no offsets: what was produced before an agent came is in the log, and its hello is answered from there.
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
      const handed = records.flatMap((record) => (hand(record) ? runOf(record) : []))
      metrics.read(records, handed.length)
      if (handed.length > 0) onHanded(handed)
    },
    onSkipped(partition, from, to) {
      metrics.skipped()
      logger.warn({ partition, from: String(from), to: String(to) }, 'instructions were gone before they were read; they will be sent again')
    },
  })

  /** With a session it is the answer to an agent that is linked by Kafka itself. */
  function hand({ headers, key, value }: IncomingRecord): boolean {
    return headers['session'] === undefined && links.send(key, value)
  }

  return { ready: reader.ready, stop: () => reader.stop() }
}

function runOf({ value }: IncomingRecord): string[] {
  return nameOf(value) === 'RunTask' ? [decodeAs('RunTask', value).taskId] : []
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
  const age = new Gauge({ name: 'elves_gateway_instruction_age_seconds', help: 'How old the last instruction was when it was read.', registers })
  new Gauge({
    name: 'elves_gateway_instructions_reading',
    help: '1 while the brokers answer the reader of instructions.',
    registers,
    collect() {
      this.set(isReading() ? 1 : 0)
    },
  })
  return {
    read(records: readonly IncomingRecord[], runs: number) {
      read.inc(records.length)
      handed.inc(runs)
      const last = records.at(-1)
      if (last) age.set(Math.max(0, Date.now() - last.timestampMs) / 1000)
    },
    skipped: () => skipped.inc(),
  }
}
