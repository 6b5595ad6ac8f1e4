import { durations, labelledCounter } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'
import { linkRefusals } from '../link/link-refusals.ts'

export interface KafkaLinkMetrics {
  /** `ageMs`: time since the last of the records was produced. */
  took(records: number, ageMs: number): void
  bad(code: string): void
  refused(code: string): void
  /** Messages that were given up because of a fault of the center; reports among them get no receipt. */
  failed(code: string, messages: number): void
}

export function kafkaLinkMetrics(registry: Registry): KafkaLinkMetrics {
  const records = new Counter({ name: 'elves_kafka_link_records_total', help: 'Records that agents on Kafka sent.', registers: [registry] })
  const age = durations(registry, 'elves_kafka_link_age_seconds', 'How old records were when they were taken, of each batch the last.')
  const bad = labelledCounter(registry, {
    name: 'elves_kafka_link_bad_records_total',
    help: 'Records that are none of an agent, passed over.',
    labels: { code: ['FRAME_INVALID', 'AGENT_ID_INVALID'] },
  })
  const refused = labelledCounter(registry, {
    name: 'elves_kafka_link_refused_total',
    help: 'Sessions refused, by code.',
    labels: { code: linkRefusals },
  })
  const failed = labelledCounter(registry, {
    name: 'elves_kafka_link_failed_total',
    help: 'Messages of agents that were given up over a fault; what has no receipt comes again.',
    labels: { code: ['INTERNAL', 'OVERLOADED', 'STORE_UNAVAILABLE', 'VERSION_CONFLICT'] },
  })
  return {
    took(count, ageMs) {
      records.inc(count)
      age.observe(Math.max(0, ageMs) / 1000)
    },
    bad: (code) => bad.inc({ code }),
    refused: (code) => refused.inc({ code }),
    failed: (code, messages) => failed.inc({ code }, messages),
  }
}
