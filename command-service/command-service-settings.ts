import type { Settings } from '@elves/core/foundation/settings.ts'

export interface WebhookSettingsOfService {
  /** Networks beside public addresses, CIDR, comma-separated, or `all`. */
  readonly networks: string
  /** Longest time of an attempt. */
  readonly timeoutMs: number
  /** Before the second attempt; each further delay is twice as long, up to the longest. */
  readonly retryMs: number
  readonly longestRetryMs: number
  /** For so long a delivery is tried. */
  readonly giveUpMs: number
  /** For so long all attempts must have failed before a webhook is called failing. */
  readonly failingAfterMs: number
}

export interface CommandServiceSettings {
  /** How much of what runs print is kept: of runs of so many days, in so many bytes. */
  readonly output: { readonly days: number; readonly bytes: number }
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
  readonly resendAfterMs: number
  readonly agentLostAfterMs: number
  readonly pingIntervalMs: number
  readonly joinToken: string
  /** Whether agents of releases without keys are served. */
  readonly keylessAgents: boolean
  /** Secrets of the keys that sign instructions, comma-separated; empty: nothing is signed. */
  readonly signingKey: string
  /** Seals what only the services may read; empty in a process that reads none of it. */
  readonly serviceSecret: string
  readonly webhooks: WebhookSettingsOfService
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
    output: { days: settings.ELVES_OUTPUT_KEPT_DAYS, bytes: settings.ELVES_OUTPUT_KEPT_BYTES },
    keylessAgents: settings.ELVES_KEYLESS_AGENTS,
    signingKey: settings.ELVES_SIGNING_KEY,
    serviceSecret: settings.ELVES_SERVICE_SECRET,
    webhooks: {
      networks: settings.ELVES_WEBHOOK_NETWORKS,
      timeoutMs: settings.ELVES_WEBHOOK_TIMEOUT_MS,
      retryMs: settings.ELVES_WEBHOOK_RETRY_MS,
      longestRetryMs: settings.ELVES_WEBHOOK_LONGEST_RETRY_MS,
      giveUpMs: settings.ELVES_WEBHOOK_GIVE_UP_MS,
      failingAfterMs: settings.ELVES_WEBHOOK_FAILING_AFTER_MS,
    },
  }
}
