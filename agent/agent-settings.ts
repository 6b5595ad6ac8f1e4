import { isIPv4 } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { parseLabels } from './facts/labels.ts'
import { type LinkAddress, linkAddress } from './link/link-address.ts'
import { type PanelSettings, panelSettings } from './panel/panel-settings.ts'
import type { ProcessingLimits } from './processing/processing.ts'
import { isTextEncoding } from './runner/text-encoding.ts'
import type { WorkerRunnerOptions } from './runner/worker-runner.ts'
import type { RunLimits } from './tasks/waiting-line.ts'

/** The agent's settings, read from its environment and checked. */
export interface AgentSettings {
  readonly link: LinkAddress
  readonly dataDir: string
  /** Empty: the address from which the gateway sees it. */
  readonly ip: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly limits: RunLimits
  readonly processing: ProcessingLimits
  readonly workers: WorkerSettings
  /** The file of the agent's own crons. */
  readonly cronFile: string
  readonly cronKeptBytes: number
  /** Bytes of what runs print that are kept: of one attempt, and of all until the center has them. */
  readonly output: { readonly keptBytes: number; readonly spoolBytes: number }
  readonly taskMarginMs: number
  /** Of a change of the agent's own program. */
  readonly update: { readonly quietMs: number; readonly reachMs: number }
  /** Null: there is no panel. */
  readonly panel: PanelSettings | null
  readonly shutdownMs: number
}

/** What the settings say of workers, as the runner takes it. */
export type WorkerSettings = Pick<
  WorkerRunnerOptions,
  'appsDir' | 'workerEntry' | 'python' | 'mono' | 'interpreterNames' | 'encoding' | 'addedVariables' | 'nice' | 'idleAfterMs' | 'stopGraceMs'
>

/** Throws CONFIG_INVALID. */
export function agentSettings(settings: Settings): AgentSettings {
  const link = linkAddress(settings)
  const dataDir = resolve(settings.ELVES_AGENT_DATA_DIR)
  checkIp(settings.ELVES_AGENT_IP, link)
  return {
    link,
    dataDir,
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
    workers: workerSettings(settings),
    cronFile: settings.ELVES_AGENT_CRON_FILE ? resolve(settings.ELVES_AGENT_CRON_FILE) : join(dataDir, 'cron.json'),
    cronKeptBytes: settings.ELVES_AGENT_CRON_KEPT_BYTES,
    output: { keptBytes: settings.ELVES_AGENT_OUTPUT_KEPT_BYTES, spoolBytes: settings.ELVES_AGENT_OUTPUT_SPOOL_BYTES },
    update: { quietMs: settings.ELVES_AGENT_UPDATE_QUIET_MS, reachMs: settings.ELVES_AGENT_UPDATE_REACH_MS },
    taskMarginMs: settings.ELVES_AGENT_TASK_MARGIN_MS,
    panel: panelSettings(settings),
    shutdownMs: settings.ELVES_SHUTDOWN_MS,
  }
}

/** Throws CONFIG_INVALID. */
export function workerSettings(settings: Settings): WorkerSettings {
  return {
    appsDir: resolve(settings.ELVES_AGENT_APPS_DIR || join(settings.ELVES_AGENT_DATA_DIR, 'apps')),
    workerEntry: settings.ELVES_AGENT_WORKER,
    python: settings.ELVES_AGENT_PYTHON,
    mono: settings.ELVES_AGENT_MONO,
    interpreterNames: settings.ELVES_AGENT_INTERPRETERS,
    encoding: textEncoding(settings.ELVES_AGENT_ENCODING || 'utf-8'),
    addedVariables: settings.ELVES_AGENT_WORKER_ENV,
    nice: settings.ELVES_AGENT_WORKER_NICE,
    idleAfterMs: settings.ELVES_AGENT_WORKER_IDLE_AFTER_MS,
    stopGraceMs: settings.ELVES_AGENT_STOP_GRACE_MS,
  }
}

/** Over Kafka nobody sees from where an agent comes. */
function checkIp(ip: string, { kind }: LinkAddress): void {
  if (isIPv4(ip) || (ip === '' && kind === 'gateway')) return
  const name = 'ELVES_AGENT_IP'
  const why = ip === '' ? 'an agent with ELVES_AGENT_LINK=kafka needs it' : 'expected an IPv4 address'
  throw new ElvesError('CONFIG_INVALID', `${name}=${ip}: ${why}`, { facts: { name } })
}

function textEncoding(encoding: string): string {
  if (isTextEncoding(encoding)) return encoding
  const name = 'ELVES_AGENT_ENCODING'
  throw new ElvesError('CONFIG_INVALID', `${name}=${encoding}: expected the name of a text encoding, utf-8 or gbk, say`, { facts: { name } })
}
