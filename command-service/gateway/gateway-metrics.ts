import { Counter, Gauge, type Registry } from 'prom-client'

export interface GatewayMetrics {
  received(bytes: number): void
  sent(bytes: number): void
  refused(code: string): void
  closed(reason: string): void
}

/** What the gauges look at when they are asked. */
export interface GatewayGauges {
  newcomers(): number
  newcomerBytes(): number
  sessions(): number
  paused(): number
  unreceipted(): number
}

export function gatewayMetrics(registry: Registry, gauges: GatewayGauges): GatewayMetrics {
  const registers = [registry]
  const labelNames = ['direction'] as const
  const frames = new Counter({ name: 'elves_gateway_frames_total', help: 'Frames over agent links.', labelNames, registers })
  const bytes = new Counter({ name: 'elves_gateway_bytes_total', help: 'Bytes of frames over agent links.', labelNames, registers })
  const refused = new Counter({ name: 'elves_gateway_refused_total', help: 'Hellos refused, by code.', labelNames: ['code'], registers })
  const closed = new Counter({
    name: 'elves_gateway_closed_total',
    help: 'Links that the center ended, by reason.',
    labelNames: ['reason'],
    registers,
  })
  gauge(registry, 'elves_gateway_newcomers', 'Sockets that have not said hello.', gauges.newcomers)
  gauge(registry, 'elves_gateway_newcomer_bytes', 'Bytes in memory of hellos that are not complete.', gauges.newcomerBytes)
  gauge(registry, 'elves_gateway_sessions', 'Agents with an open link.', gauges.sessions)
  gauge(registry, 'elves_gateway_paused_sessions', 'Links that are not read for now: too many reports are being recorded.', gauges.paused)
  gauge(registry, 'elves_gateway_unreceipted_reports', 'Reports that are being recorded.', gauges.unreceipted)
  // The hot ones without a look-up of their labels each time.
  const framesIn = frames.labels('in')
  const framesOut = frames.labels('out')
  const bytesIn = bytes.labels('in')
  const bytesOut = bytes.labels('out')
  return {
    received(count) {
      framesIn.inc()
      bytesIn.inc(count)
    },
    sent(count) {
      framesOut.inc()
      bytesOut.inc(count)
    },
    refused: (code) => refused.inc({ code }),
    closed: (reason) => closed.inc({ reason }),
  }
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value())
    },
  })
}
