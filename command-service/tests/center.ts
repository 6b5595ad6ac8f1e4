import type { Caller, InputOf } from '@elves/core/command-api/command.ts'
import { type RunTaskRequest, runOneTask, type runTask } from '@elves/core/command-api/run-task.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { agentCronTaskId } from '@elves/core/foundation/ids.ts'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'
import { decode, type Message } from '@elves/schemas/codec/codec.ts'
import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { ReportName } from '@elves/schemas/generated/catalog.ts'
import type { TaskOutcome } from '@elves/schemas/generated/types.ts'
import { Registry } from 'prom-client'
import type { AgentRecord } from '../agents/agent-directory.ts'
import type { AppGateState } from '../apps/app-gate.ts'
import { unlimited } from '../task-limits/task-limits.ts'
import { openTasks } from '../tasks/open-tasks.ts'
import { reportIntake } from '../tasks/report-intake.ts'
import { type TaskCommands, taskCommands } from '../tasks/task-commands.ts'
import { taskDecisions } from '../tasks/task-decisions.ts'
import { taskReports } from '../tasks/task-reports.ts'
import { taskRequests } from '../tasks/task-requests.ts'
import { taskMetrics, taskTelling } from '../tasks/task-telling.ts'

export const agentId = 'a'.repeat(32)
export const journalId = 'journal-1'

export const caller: Caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c-1', metadata: { traceparent: '00-1-2-01' } }

export function request(changes: Partial<RunTaskRequest> = {}): RunTaskRequest {
  return {
    agent: agentId,
    app: 'apptest',
    func: 'hello',
    param: '{"a": 1}',
    proxy: null,
    processor: false,
    timeoutMs: 1000,
    startWithinMs: 0,
    retry: null,
    wait: false,
    idempotencyKey: null,
    ...changes,
  }
}

export interface Instruction {
  readonly agentId: string
  readonly message: Message
}

/** The commands of tasks, and a call for one task, which most tests want. */
export function withRunTask<Commands extends Pick<TaskCommands, 'runTasks'>>(commands: Commands) {
  return { ...commands, runTask: (by: Caller, input: InputOf<typeof runTask>) => runOneTask(commands, by, input) }
}

/** The task side of command-service on any store, with an agent that the test plays itself. */
export function center(
  store: EventStore = memoryEventStore(),
  changes: { now?: () => number; agent?: Partial<AgentRecord> | null; logger?: Logger; gate?: () => AppGateState } = {},
) {
  const { logger = silentLogger } = changes
  const sent: Instruction[] = []
  const links = {
    isLinked: true,
    send(to: string, instruction: Uint8Array): boolean {
      if (links.isLinked) sent.push({ agentId: to, message: decode(instruction) })
      return links.isLinked
    },
    isConnected: () => links.isLinked,
  }
  const agent = { record: { agentId, ip: '10.0.0.1', phase: 'CONNECTED', journalId, ...changes.agent } as AgentRecord | null }
  if (changes.agent === null) agent.record = null
  const tasks = openTasks()
  const registry = new Registry()
  const metrics = taskMetrics(registry, tasks)
  const decisions = taskDecisions({
    aggregates: openAggregates({ store, cacheSize: 1000 }),
    openTasks: tasks,
    telling: taskTelling({ store, metrics, logger }),
  })
  const agents = {
    async find(name: string) {
      return agent.record && [agent.record.agentId, agent.record.ip].includes(name) ? agent.record : null
    },
  }
  const times = { startAllowanceMs: 30_000, deadlineGraceMs: 15_000, ...(changes.now ? { now: changes.now } : {}) }
  const appRules = { refusals: async (calls: readonly unknown[]) => calls.map(() => null) }
  const appGate = { states: async (asked: readonly unknown[]) => asked.map(() => changes.gate?.() ?? ('OPEN' as const)) }
  const making = {
    aggregates: openAggregates({ store, cacheSize: 100 }),
    appRules,
    appGate,
    limits: unlimited,
    store,
    decisions,
    openTasks: tasks,
    agents,
    links,
    ...times,
  }
  const commands = withRunTask(taskCommands(making))
  const requests = taskRequests(making)
  const intake = reportIntake({ store, decisions, openTasks: tasks, metrics, logger })
  const reports = taskReports({ intake, reconcile: async () => [], agents, deadlineGraceMs: 15_000, metrics, logger })
  return { store, sent, links, agent, openTasks: tasks, decisions, commands, requests, reports, metrics, registry }
}

export type Center = ReturnType<typeof center>

let reportId = 0

export function acknowledged(taskId: string, attempt = 1): Message<ReportName> {
  return { name: 'AttemptAcknowledged', value: { reportId: ++reportId, taskId, attempt, happenedAt: 1 } }
}

export function started(taskId: string, attempt = 1): Message<ReportName> {
  return { name: 'AttemptStarted', value: { reportId: ++reportId, taskId, attempt, happenedAt: 2 } }
}

export function ended(taskId: string, outcome: TaskOutcome = 'SUCCEEDED', attempt = 1): Message<ReportName> {
  const isGood = outcome === 'SUCCEEDED'
  const output = isGood ? { ...failedOutput(''), workerFlag: 1, message: inlineValue('hello') } : failedOutput('app exec error : x')
  const failure = isGood || outcome === 'CANCELLED' ? null : { code: 'WORKER_EXIT', message: 'x' }
  return {
    name: 'AttemptEnded',
    value: { reportId: ++reportId, taskId, attempt, happenedAt: 3, outcome, failure, output, killed: null, processing: false },
  }
}

/** A run of the agent's own cron `every` at an instant; by default with the id that its task has. */
export function cronRun(fireAt: number, taskId = agentCronTaskId(agentId, 'every', fireAt)): Message<ReportName> {
  const run = { cronId: 'every', app: 'apptest', func: 'hello', param: inlineValue('{"a":1}'), proxy: null, processor: false, timeoutMs: 0 }
  return { name: 'AgentCronRun', value: { reportId: ++reportId, taskId, fireAt, happenedAt: fireAt + 1, journalId, ...run } }
}

/** The reports of a whole run in one frame, as an agent sends them if the run ends at once. */
export function wholeRun(taskId: string): Message<ReportName>[] {
  return [acknowledged(taskId), started(taskId), ended(taskId)]
}
