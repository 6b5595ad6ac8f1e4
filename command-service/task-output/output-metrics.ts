import { gauge, labelledCounter } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'

/** Why output of an agent was not taken. */
const reasons = ['INVALID', 'NOT_ITS_TASK', 'OVERLOADED', 'TASK_UNKNOWN'] as const

export interface OutputGauges {
  waitingBytes(): number
  /** Null before the tables were looked at. */
  keptBytes(): number | null
}

export function outputMetrics(registry: Registry, gauges: OutputGauges) {
  const written = new Counter({
    name: 'elves_output_bytes_total',
    help: 'Bytes that runs printed, written to the output log.',
    registers: [registry],
  })
  const dropped = labelledCounter(registry, {
    name: 'elves_output_dropped_total',
    help: 'Messages with output that were not taken, by reason; agents send those again that were OVERLOADED or TASK_UNKNOWN.',
    labels: { reason: reasons },
  })
  gauge(registry, 'elves_output_waiting_bytes', 'Bytes of output that wait to be written.', gauges.waitingBytes)
  gauge(registry, 'elves_output_log_bytes', 'Bytes of the tables of the output log, looked at once a minute.', gauges.keptBytes)
  return {
    written: (bytes: number) => written.inc(bytes),
    dropped: (reason: (typeof reasons)[number]) => dropped.inc({ reason }),
  }
}
