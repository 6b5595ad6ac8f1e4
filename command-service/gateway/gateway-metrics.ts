import { gauge, labelledCounter } from '@elves/core/foundation/metrics.ts'
import type { Registry } from 'prom-client'
import { linkRefusals } from '../link/link-refusals.ts'

export interface GatewayMetrics {
  received(bytes: number): void
  sent(bytes: number): void
  refused(code: string): void
  closed(reason: string): void
}

/** Reasons to close a link, beside the refusals of a hello. */
const closeReasons = [
  'CONGESTED',
  'FRAME_INVALID',
  'GOODBYE',
  'HELLO_TIMEOUT',
  'INTERNAL',
  'JOIN_TIMEOUT',
  'LEAVE_TIMEOUT',
  'OVERLOADED',
  'REPLACED',
  'SHUTTING_DOWN',
  'SILENT',
  'STORE_UNAVAILABLE',
]

/** Values that the gauges read when metrics are asked for. */
export interface GatewayGauges {
  newcomers(): number
  newcomerBytes(): number
  sessions(): number
  paused(): number
  unreceipted(): number
  unreceiptedBytes(): number
  unsentBytes(): number
}

export function gatewayMetrics(registry: Registry, gauges: GatewayGauges): GatewayMetrics {
  const labels = { direction: ['in', 'out'] }
  const frames = labelledCounter(registry, { name: 'elves_gateway_frames_total', help: 'Frames over agent links.', labels })
  const bytes = labelledCounter(registry, { name: 'elves_gateway_bytes_total', help: 'Bytes of frames over agent links.', labels })
  const refused = labelledCounter(registry, {
    name: 'elves_gateway_refused_total',
    help: 'Hellos refused, by code.',
    labels: { code: linkRefusals },
  })
  const closed = labelledCounter(registry, {
    name: 'elves_gateway_closed_total',
    help: 'Links that the center ended, by reason.',
    labels: { reason: [...linkRefusals, ...closeReasons] },
  })
  gauge(registry, 'elves_gateway_newcomers', 'Sockets that have not said hello.', gauges.newcomers)
  gauge(registry, 'elves_gateway_newcomer_bytes', 'Bytes in memory of hellos that are not complete.', gauges.newcomerBytes)
  gauge(registry, 'elves_gateway_sessions', 'Agents with an open link.', gauges.sessions)
  gauge(registry, 'elves_gateway_paused_sessions', 'Links that are not read for now: too many reports are being recorded.', gauges.paused)
  gauge(registry, 'elves_gateway_unreceipted_reports', 'Reports that are being recorded.', gauges.unreceipted)
  gauge(registry, 'elves_gateway_unreceipted_bytes', 'Bytes of the frames that brought them.', gauges.unreceiptedBytes)
  gauge(registry, 'elves_gateway_unsent_bytes', 'Bytes that wait to be sent to agents.', gauges.unsentBytes)
  // The labels of the hot counters are looked up once, not at every frame.
  const framesIn = frames.labels({ direction: 'in' })
  const framesOut = frames.labels({ direction: 'out' })
  const bytesIn = bytes.labels({ direction: 'in' })
  const bytesOut = bytes.labels({ direction: 'out' })
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
