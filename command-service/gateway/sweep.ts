import { StallWatch } from '@elves/core/foundation/stall-watch.ts'
import { WallWatch } from '@elves/core/foundation/wall-watch.ts'
import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { BackPressure } from './back-pressure.ts'
import type { Session } from './session.ts'

export interface SweepOptions {
  readonly sessions: ReadonlySet<Session>
  readonly backPressure: BackPressure
  readonly limits: GatewayLimits
  readonly agentLostAfterMs: number
}

/** Checks all sessions every `sweepIntervalMs`, instead of a timer in each. Ends those that say nothing or fetch nothing. */
export function sweepOf({ sessions, backPressure, limits, agentLostAfterMs }: SweepOptions): () => void {
  const stall = new StallWatch(limits.sweepIntervalMs, performance.now())
  const watch = new WallWatch()

  function look(session: Session, nowMs: number): void {
    session.controlFrames = 0
    if (session.socket.bufferedAmount > limits.brokenBufferedBytes || fetchesNothing(session, nowMs)) session.cut(closeCodes.congested, 'CONGESTED')
    else lookAtPhase(session, nowMs)
  }

  /** Ends a session that has been in its phase for too long. */
  function lookAtPhase(session: Session, nowMs: number): void {
    const { phase, phaseAtMs, seenAtMs } = session
    const lastsMs = nowMs - phaseAtMs
    switch (phase) {
      case 'GREETING':
        // Cut, because a peer in the middle of a frame does not answer a close either.
        if (lastsMs > limits.helloTimeoutMs) session.cut(closeCodes.helloTimeout, 'HELLO_TIMEOUT')
        return
      case 'JOINING':
        if (lastsMs > limits.joinTimeoutMs) session.cut(closeCodes.tryAgainLater, 'JOIN_TIMEOUT')
        return
      case 'OPEN':
        if (nowMs - seenAtMs > agentLostAfterMs) session.cut(closeCodes.silent, 'SILENT')
        return
      case 'LEAVING':
        if (lastsMs > limits.leaveTimeoutMs) session.cut(closeCodes.goingAway, 'LEAVE_TIMEOUT')
        return
      case 'CLOSED':
        return
    }
  }

  /** Returns true if the agent has fetched nothing for too long; it may still send, and so not be silent. */
  function fetchesNothing({ outbox }: Session, nowMs: number): boolean {
    return outbox.standsForMs(nowMs) > agentLostAfterMs
  }

  return () => {
    const nowMs = performance.now()
    // After a stall of this process or machine, what agents sent meanwhile still has to be read.
    const isStalled = stall.look(nowMs)
    const isClockSet = watch.look(Date.now(), nowMs, performance.now()) !== 0
    for (const session of sessions) {
      // This process did not read from it, so its silence means nothing.
      if (session.isPaused || isStalled) session.seenAtMs = nowMs
      if (isStalled) session.outbox.moved(nowMs)
      // Agents use the clock of this process to tell what has expired.
      if (isClockSet) session.askForPing()
      look(session, nowMs)
    }
    backPressure.review()
  }
}
