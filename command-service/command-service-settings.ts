import { appPackagesPlace, type PackagesPlace } from '@elves/core/app-package/app-packages-place.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { EnteringSettings } from './users/entering.ts'
import type { WatchBounds } from './watcher/seen.ts'

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
  /** Where the packages of apps are. */
  readonly appPackages: PackagesPlace
  /** How much of what runs print is kept: of runs of so many days, in so many bytes. */
  readonly output: { readonly days: number; readonly bytes: number }
  /** Who signs heads of the log, how often at most, and where else they go; an empty `keyFile`: nobody. */
  readonly audit: { readonly keyFile: string; readonly headMs: number; readonly headsFile: string; readonly headsUrl: string }
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
  /** Master keys of secrets: in a text, comma-separated, or in a file, one a line. Both empty: there are no secrets. */
  readonly masterKeys: { readonly text: string; readonly file: string }
  /** `simple`: the one auth key of REST v2 may do everything. `supervisor`: auth keys have grants. */
  readonly restMode: Settings['ELVES_REST_MODE']
  /** The first password of the user `admin`, who is made where it is set; empty: nobody is made. */
  readonly adminPassword: string
  /** How long a session may be unused, and how long it may be at all. */
  readonly sessions: { readonly idleMs: number; readonly longestMs: number }
  /** Of users whom a sign-in proxy or an identity provider names. */
  readonly entering: EnteringSettings
  readonly webhooks: WebhookSettingsOfService
  /** How often the watcher looks, and what it tells. */
  readonly watcher: WatchBounds & { readonly everyMs: number }
  /** File of the inventory sources; empty: there are none. */
  readonly inventoryFile: string
  /** How long a stop waits for appends in flight. */
  readonly shutdownMs: number
}

/** Returns command-service's part of the settings. Standalone makes the join token if none is set. */
export function commandServiceSettings(settings: Settings, joinToken: string): CommandServiceSettings {
  return {
    appPackages: appPackagesPlace(settings),
    startAllowanceMs: settings.ELVES_START_ALLOWANCE_MS,
    deadlineGraceMs: settings.ELVES_DEADLINE_GRACE_MS,
    resendAfterMs: settings.ELVES_RESEND_AFTER_MS,
    agentLostAfterMs: settings.ELVES_AGENT_LOST_AFTER_MS,
    pingIntervalMs: settings.ELVES_PING_INTERVAL_MS,
    shutdownMs: settings.ELVES_SHUTDOWN_MS,
    joinToken,
    output: { days: settings.ELVES_OUTPUT_KEPT_DAYS, bytes: settings.ELVES_OUTPUT_KEPT_BYTES },
    audit: {
      keyFile: settings.ELVES_AUDIT_KEY_FILE,
      headMs: settings.ELVES_AUDIT_HEAD_MS,
      headsFile: settings.ELVES_AUDIT_HEADS_FILE,
      headsUrl: settings.ELVES_AUDIT_HEADS_URL,
    },
    keylessAgents: settings.ELVES_KEYLESS_AGENTS,
    signingKey: settings.ELVES_SIGNING_KEY,
    serviceSecret: settings.ELVES_SERVICE_SECRET,
    masterKeys: { text: settings.ELVES_SECRETS_KEY, file: settings.ELVES_SECRETS_KEY_FILE },
    adminPassword: settings.ELVES_AUTH === 'users' ? settings.ELVES_ADMIN_PASSWORD : '',
    sessions: { idleMs: settings.ELVES_SESSION_IDLE_MS, longestMs: settings.ELVES_SESSION_LONGEST_MS },
    entering: {
      rolesOfGroups: settings.ELVES_SIGN_IN_ROLES.map((pair) => pair.split('=') as [string, string]),
      takesNewUsers: settings.ELVES_SIGN_IN_NEW_USERS,
      admin: settings.ELVES_SIGN_IN_ADMIN,
    },
    watcher: {
      everyMs: settings.ELVES_WATCH_EVERY_MS,
      goneAfterMs: settings.ELVES_WATCH_GONE_AFTER_MS,
      lagMs: settings.ELVES_WATCH_LAG_MS,
      freePercent: settings.ELVES_WATCH_FREE_PERCENT,
      certificateDays: settings.ELVES_WATCH_CERTIFICATE_DAYS,
    },
    inventoryFile: settings.ELVES_INVENTORY_FILE,
    restMode: settings.ELVES_REST_MODE,
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
