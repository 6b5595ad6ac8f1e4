import { randomBytes } from 'node:crypto'
import { packageDownload } from '@elves/agent/app-store/download.ts'
import { centerKeysInMemory } from '@elves/agent/data-folder/center-keys.ts'
import { type AgentLink, agentLink, type Instruction } from '@elves/agent/link/agent-link.ts'
import { centerClock } from '@elves/agent/link/center-clock.ts'
import { InstructionGuard } from '@elves/agent/link/instruction-guard.ts'
import type { Dial } from '@elves/agent/link/link-session.ts'
import type { NewReport } from '@elves/agent/link/report-outbox.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { AttemptEnded, InstalledApp, OpenAttempt, RunTask } from '@elves/schemas/generated/types.ts'
import { SimulatedApps, type SimulatedAppsOptions } from './simulated-apps.ts'
import { type SwarmIdentity, swarmSigner } from './swarm-identity.ts'
import type { Counters } from './swarm-totals.ts'

export interface SimulatedAgentOptions {
  readonly identity: SwarmIdentity
  readonly dial: Dial
  readonly joinToken: string
  /** Where it gets packages; null: nowhere. */
  readonly gatewayUrl: string | null
  /** Null: it has no apps. */
  readonly apps: SimulatedAppsOptions | null
  /** Time from start to end of a task. */
  readonly delayMs: number
  /** Share of the tasks that fail. */
  readonly failRate: number
  /** Shared by all agents of a swarm. */
  readonly counters: Counters
  readonly onUp: () => void
  readonly onDown: () => void
  readonly logger: Logger
}

type End = Omit<AttemptEnded, 'reportId' | 'taskId' | 'attempt' | 'happenedAt' | 'processing'>
interface OpenTask extends OpenAttempt {
  timer: NodeJS.Timeout | null
}

/** How long a task's id is kept after its `notAfter`: like an agent's journal, but shorter, because many agents share one memory. */
const taskMarginMs = 10_000

const said = (workerFlag: number, text: string) => ({
  workerFlag,
  message: inlineValue(text),
  costMs: 0,
  truncated: false,
  byteCount: Buffer.byteLength(text),
  sha256: null,
  altered: false,
  printed: null,
  exit: null,
})
const succeeded: End = { outcome: 'SUCCEEDED', failure: null, output: said(1, 'ok'), killed: null }
const failed: End = {
  outcome: 'FAILED',
  failure: { code: 'WORKER_SAID_NO', message: 'simulated' },
  output: said(0, 'simulated failure'),
  killed: null,
}
const cancelled: End = { outcome: 'CANCELLED', failure: null, output: null, killed: null }
const expired: End = { outcome: 'REJECTED', failure: { code: 'EXPIRED', message: 'expired' }, output: said(-1, 'expired'), killed: null }

const counterOf = {
  UNKNOWN: 'failed',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  CANCELLED: 'cancelled',
  REJECTED: 'rejected',
} as const

export interface SimulatedAgent extends Running {
  /** The apps that it has from the center. */
  apps(): readonly InstalledApp[]
}

/** An agent on the real link. Its tasks do nothing, and its journal is only in memory. */
export function simulatedAgent(options: SimulatedAgentOptions): SimulatedAgent {
  const { identity, dial, joinToken, delayMs, failRate, counters, logger } = options
  const bootId = randomBytes(8).toString('hex')
  const journalId = randomBytes(8).toString('hex')
  const clock = centerClock()
  const signer = swarmSigner(identity.agentId)
  const apps = options.apps && options.gatewayUrl !== null ? simulatedApps(options.apps, options.gatewayUrl) : null
  const facts = () => ({ name: `swarm-${identity.ip}`, version: 'swarm', platform: 'simulated', labels: {}, apps: apps?.installed() ?? [] })
  const open = new Map<string, OpenTask>()
  const settled = new Map<string, number>()

  function run(task: RunTask): void {
    const { taskId, attempt } = task
    const key = `${taskId}/${attempt}`
    if (open.has(key) || settled.has(key)) {
      counters.duplicates += 1
      return
    }
    counters.tasks += 1
    const known: OpenTask = { taskId, attempt, phase: 'STARTING', timer: null }
    open.set(key, known)
    settled.set(key, task.notAfter + taskMarginMs)
    const happenedAt = clock.now()
    if (happenedAt > task.notAfter) {
      end(known, expired)
      return
    }
    link.report({ name: 'AttemptAcknowledged', value: { taskId, attempt, happenedAt } })
    link.report({ name: 'AttemptStarted', value: { taskId, attempt, happenedAt } })
    const outcome = failRate > 0 && Math.random() < failRate ? failed : succeeded
    if (delayMs === 0) end(known, outcome)
    else known.timer = setTimeout(() => end(known, outcome), delayMs)
  }

  function end(task: OpenTask, how: End): void {
    const { taskId, attempt } = task
    if (task.timer) clearTimeout(task.timer)
    task.timer = null
    open.set(`${taskId}/${attempt}`, { taskId, attempt, phase: 'ENDED', timer: null })
    counters[counterOf[how.outcome]] += 1
    link.report({ name: 'AttemptEnded', value: { taskId, attempt, happenedAt: clock.now(), ...how, processing: false } })
  }

  function cancel(taskId: string, attempt: number): void {
    const key = `${taskId}/${attempt}`
    const known = open.get(key)
    if (known?.timer) end(known, cancelled)
    if (known || settled.has(key)) return
    settled.set(key, clock.now() + 60_000)
    end({ taskId, attempt, phase: 'ENDED', timer: null }, cancelled)
  }

  function onReceipted(reports: readonly NewReport[]): void {
    counters.receipts += reports.length
    for (const report of reports) if (report.name === 'AttemptEnded') open.delete(`${report.value.taskId}/${report.value.attempt}`)
    for (const [key, until] of settled) {
      if (until >= clock.now()) break
      settled.delete(key)
    }
  }

  let wasUp = false
  const link: AgentLink = agentLink({
    dial,
    joinToken,
    signer,
    instructions: new InstructionGuard({ agentId: identity.agentId, keys: centerKeysInMemory(), clock }),
    clock,
    logger,
    hello: () => ({ ...identity, bootId, journalId, facts: facts(), openAttempts: [...open.values()] }),
    onInstruction: ({ name, value }: Instruction) => {
      if (name === 'RunTask') run(value)
      else cancel(value.taskId, value.attempt)
      return undefined
    },
    onApps: (wish) => apps?.set(wish),
    onWelcome: () => {
      counters.connected += 1
      counters.welcomedAt = Date.now()
      if (wasUp) counters.reconnects += 1
      wasUp = true
      options.onUp()
    },
    onRefusal: () => {
      counters.refusals += 1
    },
    onDown: (isCut) => {
      if (isCut) counters.connected -= 1
      options.onDown()
    },
    onReceipted,
  })

  function simulatedApps(of: SimulatedAppsOptions, gatewayUrl: string): SimulatedApps {
    return new SimulatedApps({
      ...of,
      agentId: identity.agentId,
      counters,
      download: packageDownload({ agentId: identity.agentId, signer, gatewayUrl, tls: {}, now: () => clock.now() }),
      report: (told) => {
        if (link.reads('AgentAppReport')) link.report({ name: 'AgentAppReport', value: told })
      },
      onChange: () => {
        if (link.isUp) link.report({ name: 'AgentFactsReport', value: { facts: facts() } })
      },
    })
  }

  return {
    apps: () => apps?.installed() ?? [],
    async stop() {
      apps?.stop()
      for (const { timer } of open.values()) if (timer) clearTimeout(timer)
      if (link.isUp) counters.connected -= 1
      await link.stop('the simulation is over')
    },
  }
}
