import { Pauses } from '../foundation/waiting.ts'

/** Pauses between tries, as long as the brokers are away; the signal ends them. */
export function brokerPauses(signal: AbortSignal): Pauses {
  return new Pauses({ firstMs: 100, longestMs: 1_000 }, signal)
}
