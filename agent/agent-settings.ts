import { isIPv4 } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { parseLabels } from './facts/labels.ts'
import { type LinkAddress, linkAddress } from './link/link-address.ts'
import type { ProcessingLimits } from './processing/processing.ts'
import { isTextEncoding } from './runner/text-encoding.ts'
import type { RunLimits } from './tasks/waiting-line.ts'

/** The agent's settings, read from its environment and checked. */
export interface AgentSettings {
  readonly link: LinkAddress
  readonly dataDir: string
  readonly appsDir: string
  readonly ip: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly limits: RunLimits
  readonly processing: ProcessingLimits
  readonly worker: string
  readonly python: string
  /** Encoding of the workers' output, unless the app names one. */
  readonly encoding: string
  /** The file of the agent's own crons. */
  readonly cronFile: string
  readonly cronKeptBytes: number
  readonly stopGraceMs: number
  readonly taskMarginMs: number
  readonly shutdownMs: number
}

/** Throws CONFIG_INVALID. */
export function agentSettings(settings: Settings): AgentSettings {
  const link = linkAddress(settings)
  const dataDir = resolve(settings.ELVES_AGENT_DATA_DIR)
  if (!isIPv4(settings.ELVES_AGENT_IP)) {
    const name = 'ELVES_AGENT_IP'
    throw new ElvesError('CONFIG_INVALID', `${name}=${settings.ELVES_AGENT_IP}: expected an IPv4 address`, { facts: { name } })
  }
  return {
    link,
    dataDir,
    appsDir: settings.ELVES_AGENT_APPS_DIR ? resolve(settings.ELVES_AGENT_APPS_DIR) : join(dataDir, 'apps'),
    ip: settings.ELVES_AGENT_IP,
    name: settings.ELVES_AGENT_NAME || hostname(),
    labels: parseLabels(settings.ELVES_AGENT_LABELS),
    limits: {
      concurrency: settings.ELVES_AGENT_CONCURRENCY,
      appConcurrency: settings.ELVES_AGENT_APP_CONCURRENCY || Math.max(1, Math.floor(settings.ELVES_AGENT_CONCURRENCY * 0.75)),
      waitingLimit: settings.ELVES_AGENT_WAITING_LIMIT,
    },
    processing: {
      waiting: settings.ELVES_AGENT_PROCESSOR_WAITING,
      giveUpMs: settings.ELVES_AGENT_PROCESSOR_GIVE_UP_MS,
      timeoutMs: settings.ELVES_AGENT_PROCESSOR_TIMEOUT_MS,
    },
    worker: settings.ELVES_AGENT_WORKER,
    python: settings.ELVES_AGENT_PYTHON,
    encoding: textEncoding(settings.ELVES_AGENT_ENCODING || 'utf-8'),
    cronFile: settings.ELVES_AGENT_CRON_FILE ? resolve(settings.ELVES_AGENT_CRON_FILE) : join(dataDir, 'cron.json'),
    cronKeptBytes: settings.ELVES_AGENT_CRON_KEPT_BYTES,
    stopGraceMs: settings.ELVES_AGENT_STOP_GRACE_MS,
    taskMarginMs: settings.ELVES_AGENT_TASK_MARGIN_MS,
    shutdownMs: settings.ELVES_SHUTDOWN_MS,
  }
}

function textEncoding(encoding: string): string {
  if (isTextEncoding(encoding)) return encoding
  const name = 'ELVES_AGENT_ENCODING'
  throw new ElvesError('CONFIG_INVALID', `${name}=${encoding}: expected the name of a text encoding, utf-8 or gbk, say`, { facts: { name } })
}
