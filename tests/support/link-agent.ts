import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CronBacklog } from '@elves/agent/crons/cron-backlog.ts'
import { storedCenterKeys } from '@elves/agent/data-folder/center-keys.ts'
import { fileJournal } from '@elves/agent/journal/file-journal.ts'
import type { Journal } from '@elves/agent/journal/journal.ts'
import { type AgentLink, agentLink } from '@elves/agent/link/agent-link.ts'
import { centerClock } from '@elves/agent/link/center-clock.ts'
import { InstructionGuard } from '@elves/agent/link/instruction-guard.ts'
import type { Dial, LinkSession } from '@elves/agent/link/link-session.ts'
import type { NewReport } from '@elves/agent/link/report-outbox.ts'
import { OutputSender } from '@elves/agent/output/output-sender.ts'
import { sealedForAgent } from '@elves/agent/secrets/sealed-for-agent.ts'
import { TaskEngine } from '@elves/agent/tasks/task-engine.ts'
import { noProcessing, type TestRunner, testRunner } from '@elves/agent/tasks/test-runner.ts'
import { type Signer, signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'

export interface AgentNames {
  readonly agentId: string
  readonly journalId: string
  /** Folder of the journal and the link's other files. */
  readonly dataDir: string
}

/** How one agent connects to the center. */
export interface LinkWay {
  readonly dial: Dial
  readonly joinToken: string
  stop(): Promise<void>
}

export interface LinkAgentOptions {
  readonly agentId: string
  readonly ip: string
  readonly dataDir: string
  way(names: AgentNames): Promise<LinkWay>
  readonly joinToken?: string
  /** Its key; by default each id has one. */
  readonly signer?: Signer
  readonly runner?: TestRunner
  readonly onReceipted?: (reports: readonly NewReport[]) => void
  readonly logger?: Logger
}

/** Journal, engine and link of a real agent, with a runner that the test controls. */
export interface LinkAgent {
  readonly agentId: string
  readonly runner: TestRunner
  readonly link: AgentLink
  readonly journal: Journal
  /** The runner prints nothing: the test opens what takes the output of a run. */
  readonly output: OutputSender
  /** Codes of the refusals that the agent got. */
  readonly refusals: string[]
  readonly receipted: NewReport[]
  /** Ids of the tasks whose workers it started, in order. */
  started(): string[]
  /** Says goodbye. */
  stop(): Promise<void>
  /** Ends like a kill: no worker is ended and no goodbye is sent. */
  drop(): Promise<void>
}

const limits = { concurrency: 16, appConcurrency: 16, waitingLimit: 1_000 }

export async function linkAgent(options: LinkAgentOptions): Promise<LinkAgent> {
  const { agentId, ip, dataDir, runner = testRunner(), logger = silentLogger } = options
  const journal = await fileJournal({ path: join(dataDir, 'journal'), taskMarginMs: 60_000, logger })
  const { journalId } = journal
  const way = await options.way({ agentId, journalId, dataDir })
  const { dial, kill } = killable(way.dial)
  const clock = centerClock()
  const refusals: string[] = []
  const receipted: NewReport[] = []
  const facts = { name: 'host', version: '0.2.0', platform: 'linux-x64', labels: {}, apps: [] }
  const bootId = randomBytes(8).toString('hex')
  const backlog = new CronBacklog({
    journal,
    keptBytes: 1_000_000,
    logger: logger,
    link: {
      report: (report) => link.report(report),
      reads: (name) => link.reads(name),
      get isUp() {
        return link.isUp
      },
    },
  })
  const engine: TaskEngine = new TaskEngine({
    journal,
    runner,
    secrets: sealedForAgent('', []),
    clock,
    processing: noProcessing,
    backlog,
    limits,
    logger,
    link: {
      report: (report) => backlog.report(report),
      hasReportOf: (taskId, attempt) => link.hasReportOf(taskId, attempt),
      get isFull() {
        return link.isFull
      },
    },
  })
  const output: OutputSender = new OutputSender({
    keptBytes: 1024 * 1024,
    spoolBytes: 16 * 1024 * 1024,
    bootId,
    now: () => clock.now(),
    logger,
    link: {
      get takesOutput() {
        return link.takesOutput
      },
      sendOutput: (messages) => link.sendOutput(messages),
    },
  })
  const link: AgentLink = agentLink({
    dial,
    joinToken: options.joinToken ?? way.joinToken,
    signer: options.signer ?? signerOfSecret('test agent', agentId),
    instructions: new InstructionGuard({ agentId, keys: await storedCenterKeys(dataDir, logger), clock }),
    clock,
    logger,
    random: () => 0,
    hello: () => ({ agentId, ip, bootId, journalId, facts, openAttempts: engine.openAttempts() }),
    onInstruction: (instruction) => engine.take(instruction),
    onWelcome() {
      engine.onClock()
      backlog.feed()
      output.linked()
    },
    onOutputReceipt: (reaches) => output.receipt(reaches),
    onRefusal: ({ code }) => refusals.push(code),
    onReceipted(reports) {
      options.onReceipted?.(reports)
      receipted.push(...reports)
      engine.onReceipted(reports)
    },
  })
  backlog.recover()
  engine.recover()
  let ending: Promise<void> | null = null

  async function end(isKilled: boolean): Promise<void> {
    output.stop()
    if (isKilled) await kill()
    await link.stop('the test is over')
    if (!isKilled) await way.stop()
    await journal.close()
  }

  return {
    agentId,
    runner,
    link,
    journal,
    output,
    refusals,
    receipted,
    started: () => runner.started.map(({ taskId }) => taskId),
    stop() {
      ending ??= end(false)
      return ending
    },
    drop() {
      ending ??= end(true)
      return ending
    },
  }
}

/** Wraps a dial so that `kill` ends its last session without a goodbye, and all later ones are dead. */
function killable(dial: Dial): { readonly dial: Dial; kill(): Promise<void> } {
  let session: LinkSession = deadSession
  let isKilled = false
  return {
    dial(options) {
      session = isKilled ? deadSession : dial(options)
      return session
    },
    async kill() {
      isKilled = true
      await session.close(null)
    },
  }
}

const deadSession: LinkSession = {
  isWritable: false,
  send: () => undefined,
  sendOutput: () => undefined,
  askTime: () => undefined,
  close: async () => undefined,
}
