import { Gauge, type Registry } from 'prom-client'

export interface HeadMetrics {
  /** Takes the last head that this instance signed. */
  signed(head: { readonly size: number; readonly signedAt: number }): void
}

export function headMetrics(registry: Registry): HeadMetrics {
  const registers = [registry]
  const events = new Gauge({
    name: 'elves_log_head_events',
    help: 'Events that the last signed head of the log covers; 0: this instance has signed none.',
    registers,
  })
  const signedAt = new Gauge({
    name: 'elves_log_head_timestamp_seconds',
    help: 'When this instance signed its last head of the log, Unix time; 0: it has signed none.',
    registers,
  })
  return {
    signed(head) {
      events.set(head.size)
      signedAt.set(head.signedAt / 1000)
    },
  }
}
