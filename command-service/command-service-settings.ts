import type { Settings } from '@elves/core/foundation/settings.ts'

export interface CommandServiceSettings {
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
  readonly resendAfterMs: number
  readonly agentLostAfterMs: number
  readonly pingIntervalMs: number
  readonly joinToken: string
  /** How long a stop waits for appends in flight. */
  readonly shutdownMs: number
}

/** Returns command-service's part of the settings. Standalone makes the join token if none is set. */
export function commandServiceSettings(settings: Settings, joinToken: string): CommandServiceSettings {
  return {
    startAllowanceMs: settings.ELVES_START_ALLOWANCE_MS,
    deadlineGraceMs: settings.ELVES_DEADLINE_GRACE_MS,
    resendAfterMs: settings.ELVES_RESEND_AFTER_MS,
    agentLostAfterMs: settings.ELVES_AGENT_LOST_AFTER_MS,
    pingIntervalMs: settings.ELVES_PING_INTERVAL_MS,
    shutdownMs: settings.ELVES_SHUTDOWN_MS,
    joinToken,
  }
}
