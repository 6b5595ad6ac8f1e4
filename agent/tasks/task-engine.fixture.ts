import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { TestCenter } from '@elves/tests/support/center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach } from 'vitest'
import { CronBacklog } from '../crons/cron-backlog.ts'
import { centerKeysInMemory } from '../data-folder/center-keys.ts'
import { fileJournal } from '../journal/file-journal.ts'
import type { Journal } from '../journal/journal.ts'
import { type JournalDisk, journalDisk } from '../journal/journal-disk.ts'
import { type AgentLink, agentLink } from '../link/agent-link.ts'
import { type CenterClock, centerClock, type HostClocks } from '../link/center-clock.ts'
import { InstructionGuard } from '../link/instruction-guard.ts'
import { gatewayLink } from '../link/socket-session.ts'
import { sealedForAgent } from '../secrets/sealed-for-agent.ts'
import { TaskEngine, type TaskEngineOptions } from './task-engine.ts'
import { noProcessing, type TestRunner, testRunner } from './test-runner.ts'

export interface TestAgent {
  readonly runner: TestRunner
  readonly engine: TaskEngine
  readonly journal: Journal
  readonly link: AgentLink
  readonly clock: CenterClock
  /** Drops the agent like a kill: it ends and reports nothing. */
  drop(): Promise<void>
}

const keptBytes = 1_000_000
export const runLimitsOfTests = { concurrency: 2, appConcurrency: 2, waitingLimit: 2 }
/** Returns what starts engines over one data folder and this center; they end with the test, before the center does. */
export function testEngines(center: () => TestCenter) {
  let folder: string
  let agents: TestAgent[]
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-tasks-'))
    agents = []
  })
  afterEach(async () => {
    for (const agent of agents) await agent.drop()
    await rm(folder, { recursive: true, force: true })
  })

  async function start(
    disk: JournalDisk = journalDisk,
    runner = testRunner(),
    runLimits = runLimitsOfTests,
    host: Partial<HostClocks> = {},
    processing: TaskEngineOptions['processing'] = noProcessing,
  ): Promise<TestAgent> {
    const journal = await fileJournal({ path: join(folder, 'journal'), taskMarginMs: 1000, logger: silentLogger, retryMs: 5, disk })
    const clock = centerClock(host)
    const backlog = new CronBacklog({
      journal,
      keptBytes: keptBytes,
      logger: silentLogger,
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
      processing,
      backlog,
      limits: runLimits,
      logger: silentLogger,
      ...(host.wallMs ? { wallMs: host.wallMs } : {}),
      link: {
        report: (report) => backlog.report(report),
        hasReportOf: (taskId, attempt) => link.hasReportOf(taskId, attempt),
        get isFull() {
          return link.isFull
        },
      },
    })
    const identity = { agentId: 'a'.repeat(32), ip: '10.0.0.1', bootId: 'b', journalId: journal.journalId }
    const facts = { name: 'n', version: '1', platform: 'p', labels: {}, apps: [] }
    const link: AgentLink = agentLink({
      ...gatewayLink(center().url),
      clock,
      signer: signerOf(newPrivateKey()),
      instructions: new InstructionGuard({ agentId: identity.agentId, keys: centerKeysInMemory(), clock }),
      logger: silentLogger,
      random: () => 0,
      hello: () => ({ ...identity, facts, openAttempts: engine.openAttempts() }),
      onInstruction: (instruction) => engine.take(instruction),
      onWelcome() {
        engine.onClock()
        backlog.feed()
      },
      onReceipted: (reports) => engine.onReceipted(reports),
    })
    backlog.recover()
    engine.recover()
    const hellos = center().hellos.length
    await center().hello(hellos + 1)
    await waitFor(() => link.isUp)
    let dropped: Promise<void> | null = null
    const drop = () => {
      dropped ??= link.stop('').then(() => journal.close())
      return dropped
    }
    const agent = { runner, engine, journal, link, clock, drop }
    agents.push(agent)
    return agent
  }

  return start
}
