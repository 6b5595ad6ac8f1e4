import type { BackPressure } from './back-pressure.ts'
import { closeCodes, type GatewayLimits } from './gateway-limits.ts'
import type { Session } from './session.ts'

export interface SweepOptions {
  readonly sessions: ReadonlySet<Session>
  readonly backPressure: BackPressure
  readonly limits: GatewayLimits
  readonly agentLostAfterMs: number
}

/** One look at all sessions, every `sweepIntervalMs`, instead of timers in each: ends those that say nothing or fetch nothing. */
export function sweepOf({ sessions, backPressure, limits, agentLostAfterMs }: SweepOptions): () => void {
  let sweptAtMs = performance.now()

  function look(session: Session, nowMs: number): void {
    const { phase, openedAtMs, seenAtMs } = session
    if (session.socket.bufferedAmount > limits.brokenBufferedBytes) session.cut(closeCodes.congested, 'CONGESTED')
    else if (phase === 'GREETING' && nowMs - openedAtMs > limits.helloTimeoutMs) session.end(closeCodes.helloTimeout, 'HELLO_TIMEOUT')
    else if (phase === 'OPEN' && nowMs - seenAtMs > agentLostAfterMs) session.cut(closeCodes.silent, 'SILENT')
  }

  return () => {
    const nowMs = performance.now()
    // After a stall of this process or machine, what agents said meanwhile is still to be read.
    const isStalled = nowMs - sweptAtMs > 3 * limits.sweepIntervalMs + 1_000
    sweptAtMs = nowMs
    for (const session of sessions) {
      // We did not listen to it, so its silence says nothing.
      if (session.isPaused || isStalled) session.seenAtMs = nowMs
      look(session, nowMs)
    }
    backPressure.review()
  }
}
