import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keyFingerprint } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isFolder, makeFolder } from '@elves/core/foundation/folders.ts'
import { hostTimeZone } from '@elves/core/foundation/host-time-zone.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { release } from '@elves/core/foundation/release.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import type { AgentAppReport, AgentFacts, InstalledApp, RunTask } from '@elves/schemas/generated/types.ts'
import type { AgentSettings } from './agent-settings.ts'
import { appStore } from './app-store/app-store.ts'
import { type Download, type DownloadOptions, packageDownload } from './app-store/download.ts'
import { agentCrons } from './crons/agent-crons.ts'
import { CronBacklog } from './crons/cron-backlog.ts'
import { type CronFile, type WatchedCronFile, watchCronFile } from './crons/cron-watch.ts'
import { storedCenterKeys } from './data-folder/center-keys.ts'
import { claimDataFolder, tellProcess } from './data-folder/claim.ts'
import { agentIdentity } from './data-folder/identity.ts'
import { type WatchedApps, watchApps } from './facts/watch-apps.ts'
import { fileJournal } from './journal/file-journal.ts'
import type { CronRun } from './journal/journal.ts'
import { type AgentLink, agentLink } from './link/agent-link.ts'
import { centerClock } from './link/center-clock.ts'
import { InstructionGuard } from './link/instruction-guard.ts'
import { describeAddress, type LinkAddress } from './link/link-address.ts'
import type { Dial } from './link/link-session.ts'
import { socketDial } from './link/socket-session.ts'
import { OutputSender } from './output/output-sender.ts'
import { PanelStats } from './panel/panel-stats.ts'
import { callProcessor } from './processing/call-processor.ts'
import { Processing } from './processing/processing.ts'
import { programUpdates } from './program/program-updates.ts'
import type { RunningProgram } from './program/start-program.ts'
import { workerRunner } from './runner/worker-runner.ts'
import { leaveNoCoreDumps } from './secrets/core-dumps.ts'
import { sealedForAgent } from './secrets/sealed-for-agent.ts'
import { TaskEngine } from './tasks/task-engine.ts'

export interface Agent extends Running {
  readonly agentId: string
  readonly bootId: string
  /** True while the center has welcomed the agent and the link is up. */
  isLinked(): boolean
}

type Env = Readonly<Record<string, string | undefined>>

/** The program that an agent runs, which the center may want to be another one. */
export interface OwnProgram {
  /** Null: it was not installed from a package. */
  readonly running: RunningProgram | null
  /** Stops the agent and starts whichever program counts. */
  restart(): void
}

const notPackaged: OwnProgram = { running: null, restart: () => undefined }

/** How often the agent checks whether this host has slept. */
const clockLookMs = 1_000
/** How long a stop waits for receipts for the last reports. */
const receiptsMs = 2_000
/** How long it waits then until the center has what the last runs printed. */
const outputMs = 1_000

/**
 * Starts an agent on its data folder: journal, runner, link. Throws DATA_FOLDER_IN_USE and DATA_FOLDER_DAMAGED. It does
 * not fail if the center can't be reached: the link tries again until the agent is stopped.
 */
export async function agent(settings: AgentSettings, logger: Logger, env: Env, program: OwnProgram = notPackaged): Promise<Agent> {
  const running = new Stack(logger)
  try {
    return await start(settings, logger, env, running, program)
  } catch (error) {
    await running.stop()
    throw error
  }
}

async function start(settings: AgentSettings, logger: Logger, env: Env, running: Stack, own: OwnProgram): Promise<Agent> {
  const { dataDir, taskMarginMs } = settings
  const { appsDir } = settings.workers
  makeFolder(dataDir, 0o700)
  leaveNoCoreDumps(logger)
  running.use('data folder', await claimDataFolder(dataDir))
  const { agentId, signer, nextSigner, keys, keepNext } = await agentIdentity(dataDir)
  const bootId = randomBytes(16).toString('hex')
  const journal = await fileJournal({ path: join(dataDir, 'journal'), taskMarginMs, logger })
  running.defer('journal', () => journal.close())
  running.use('agent.json', await tellProcess(dataDir, { agentId, bootId }))
  let apps: WatchedApps | null = null
  let link: AgentLink | null = null
  const clock = centerClock()
  const output = new OutputSender({
    ...settings.output,
    bootId,
    now: () => clock.now(),
    logger,
    link: {
      get takesOutput() {
        return link?.takesOutput ?? false
      },
      sendOutput: (messages) => link?.sendOutput(messages),
    },
  })
  running.defer('output', async () => output.stop())
  const program = programUpdates({
    ...settings.update,
    ...own,
    dataDir,
    whenQuiet: (limitMs) => until(() => journal.open().every(({ end }) => end !== null), limitMs),
    report: tellApp,
    logger,
  })
  running.defer('program', async () => program.stop())
  const stored = running.use(
    'app store',
    await appStore({
      folder: join(dataDir, 'app-store'),
      download: downloadFrom(settings.link, { agentId, signer, now: () => clock.now() }),
      isLocal: (app) => isFolder(join(appsDir, app)),
      report: tellApp,
      program,
      onChange: (app, version) => apps?.saw(app, version),
      logger,
    }),
  )
  const runner = await workerRunner({
    ...settings.workers,
    stored,
    dataDir,
    onVersion: (app, version) => apps?.saw(app, version),
    tapOf: (attempt) => output.open(attempt),
    env,
    logger,
  })
  running.defer('runner', () => runner.close())
  let cronFile: WatchedCronFile | null = null
  const watched = await watchApps({
    appsDir,
    installedApps: () => runner.installedApps(),
    onChange: (changed) => tellFacts(link, facts(settings, changed)),
    logger,
  })
  apps = running.use('apps', watched)
  const looking = setInterval(() => clock.look(), clockLookMs).unref()
  running.defer('clock', async () => clearInterval(looking))
  const backlog = new CronBacklog({
    journal,
    keptBytes: settings.cronKeptBytes,
    logger,
    link: {
      report: (report) => link?.report(report),
      reads: (name) => link?.reads(name) ?? false,
      get isUp() {
        return link?.isUp ?? false
      },
    },
  })
  let seenIp = ''
  let heardAt: number | null = null
  const stats = settings.panel && new PanelStats()
  const processing = new Processing({
    journal,
    runner,
    call: callProcessor,
    link: { report: (report) => backlog.report(report) },
    clock,
    // Where none is set, the center tells with the welcome from where it sees this agent.
    get ip() {
      return settings.ip || seenIp
    },
    limits: settings.processing,
    logger: logger.child({ agentId }),
  })
  const engine: TaskEngine = new TaskEngine({
    journal,
    runner,
    secrets: sealedForAgent(agentId, keys),
    clock,
    processing,
    backlog,
    limits: settings.limits,
    onEnded: (task, end) => stats?.ended({ ...task, type: typeOf(task), mode: task.processor ? 'P' : 'NP' }, end),
    logger: logger.child({ agentId }),
    link: {
      report: (report) => backlog.report(report),
      hasReportOf: (taskId, attempt) => link?.hasReportOf(taskId, attempt) ?? false,
      get isFull() {
        return link?.isFull ?? false
      },
    },
  })
  link = agentLink({
    dial: await dialOf(settings, { agentId, journalId: journal.journalId, logger }, running),
    joinToken: settings.link.joinToken,
    signer,
    nextSigner,
    instructions: new InstructionGuard({ agentId, keys: await storedCenterKeys(dataDir, logger), clock }),
    clock,
    logger,
    hello: () => ({
      agentId,
      ip: settings.ip,
      bootId,
      journalId: journal.journalId,
      facts: facts(settings, watched.apps),
      openAttempts: engine.openAttempts(),
    }),
    onInstruction: (instruction) => engine.take(instruction),
    onWelcome({ ip }) {
      seenIp = ip
      heardAt = Date.now()
      program.reached().catch((error: unknown) => logger.error({ err: error }, 'that this program has reached the center could not be written down'))
      // Until the file says so, each hello has both keys, and the center takes either.
      keepNext().catch((error: unknown) => logger.error({ err: error }, 'the new key could not be kept alone; the next start tries again'))
      engine.onClock()
      tellCrons()
      backlog.feed()
      output.linked()
    },
    onApps: (wish) => stored.set(wish),
    onOutputReceipt: (reaches) => output.receipt(reaches),
    onReceipted: (reports) => {
      engine.onReceipted(reports)
      processing.onReceipted(reports)
    },
  })
  backlog.recover()
  for (const { taskId, attempt, startingAt } of journal.open()) if (startingAt !== null) output.gone({ taskId, attempt, startedAt: startingAt })
  engine.recover()
  processing.recover()
  const key = keyFingerprint((nextSigner ?? signer).publicKey)
  logger.info({ agentId, key, bootId, pid: process.pid, dataDir, appsDir, center: describeAddress(settings.link) }, 'the agent has started')
  const timeZone = hostTimeZone(logger)
  const crons = agentCrons({ agentId, journal, fire, logger })
  const file = await watchCronFile({ path: settings.cronFile, timeZone, onChange: takeCrons, logger })
  cronFile = file
  takeCrons(file.file)
  const stopLink = link
  running.defer('link', () => stopLink.stop('the agent stops'))
  running.defer('tasks', async () => {
    await engine.stop(settings.shutdownMs)
    await processing.stop()
    if (stopLink.isUp) await stopLink.drained(receiptsMs)
    if (stopLink.isUp) await output.drained(outputMs)
  })
  if (settings.panel && stats) {
    // Imported here, because most agents have no panel.
    const { panel } = await import('./panel/panel.ts')
    const shown = { name: settings.name, stats, ip: () => settings.ip || seenIp, apps: () => watched.apps, crons: () => file.file.entries, runner }
    const lastHeard = () => (stopLink.isUp ? (clock.sampledAt() ?? heardAt) : heardAt)
    running.use('panel', await panel({ ...shown, settings: settings.panel, dataDir, heardAt: lastHeard, logger }))
  }
  running.use('crons', crons)
  running.use('cron file', file)
  return { agentId, bootId, isLinked: () => stopLink.isUp, stop: () => running.stop() }

  function fire(task: RunTask, cron: CronRun): void {
    stats?.cronRan(cron.id)
    engine.fire(task, cron)
  }

  function tellApp(told: Omit<AgentAppReport, 'reportId'>): void {
    if (link?.reads('AgentAppReport')) link.report({ name: 'AgentAppReport', value: told })
  }

  function takeCrons(changed: CronFile): void {
    crons.take(changed.entries)
    tellCrons()
  }

  /** Does nothing while no link is up: they are told after each welcome. */
  function tellCrons(): void {
    if (!cronFile || !link?.reads('AgentCronsReport')) return
    const { entries, error } = cronFile.file
    link.report({ name: 'AgentCronsReport', value: { timeZone, crons: entries.map(({ told }) => told), fileError: error } })
  }
}

function downloadFrom(link: LinkAddress, names: Pick<DownloadOptions, 'agentId' | 'signer' | 'now'>): Download {
  const place = link.kind === 'gateway' ? link : link.packages
  return place === null ? noDownload : packageDownload({ ...names, gatewayUrl: place.url, tls: place.tls })
}

const noDownload: Download = async () => {
  const message = 'an agent that is linked by Kafka gets packages from a gateway, and ELVES_GATEWAY_URL names none'
  throw new ElvesError('APP_DOWNLOAD_FAILED', message)
}

async function dialOf(
  { link, dataDir }: AgentSettings,
  names: { readonly agentId: string; readonly journalId: string; readonly logger: Logger },
  running: Stack,
): Promise<Dial> {
  if (link.kind === 'gateway') return socketDial(link.url, link.tls)
  // Imported here, so that an agent that links by gateway does not load the Kafka client, which needs memory.
  const { kafkaDial } = await import('./link/kafka-dial.ts')
  return running.use('kafka', await kafkaDial({ settings: link.kafka, dataDir, ...names })).dial
}

/** The kind of a task, in the words of 0.1.x. */
function typeOf({ kind }: Pick<RunTask, 'kind'>): 'rt' | 'queue' | 'cron' {
  if (kind === 'INSTANT') return 'rt'
  return kind === 'QUEUE' ? 'queue' : 'cron'
}

function facts(settings: AgentSettings, apps: readonly InstalledApp[]): AgentFacts {
  return { name: settings.name, version: release, platform: `${process.platform}-${process.arch}`, labels: settings.labels, apps }
}

/** Does nothing while no link is up: the next hello contains the facts. */
function tellFacts(link: AgentLink | null, changed: AgentFacts): void {
  if (link?.isUp) link.report({ name: 'AgentFactsReport', value: { facts: changed } })
}
