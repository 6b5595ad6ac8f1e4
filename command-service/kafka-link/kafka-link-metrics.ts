import { Counter, Gauge, type Registry } from 'prom-client'

export interface KafkaLinkMetrics {
  /** `ageMs`: since the last of them was produced. */
  took(records: number, ageMs: number): void
  bad(code: string): void
  refused(code: string): void
  /** Messages that were given up over a fault of ours; reports among them get no receipt. */
  failed(code: string, messages: number): void
}

export function kafkaLinkMetrics(registry: Registry): KafkaLinkMetrics {
  const registers = [registry]
  const labelNames = ['code'] as const
  const records = new Counter({ name: 'elves_kafka_link_records_total', help: 'Records that agents on Kafka sent.', registers })
  const age = new Gauge({ name: 'elves_kafka_link_age_seconds', help: 'How old the last record was when it was taken.', registers })
  const bad = new Counter({
    name: 'elves_kafka_link_bad_records_total',
    help: 'Records that are none of an agent, passed over.',
    labelNames,
    registers,
  })
  const refused = new Counter({ name: 'elves_kafka_link_refused_total', help: 'Sessions refused, by code.', labelNames, registers })
  const failed = new Counter({
    name: 'elves_kafka_link_failed_total',
    help: 'Messages of agents that were given up over a fault; what has no receipt comes again.',
    labelNames,
    registers,
  })
  return {
    took(count, ageMs) {
      records.inc(count)
      age.set(Math.max(0, ageMs) / 1000)
    },
    bad: (code) => bad.inc({ code }),
    refused: (code) => refused.inc({ code }),
    failed: (code, messages) => failed.inc({ code }, messages),
  }
}
