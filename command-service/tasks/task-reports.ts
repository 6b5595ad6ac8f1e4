import type { TaskReportCommand } from '@elves/core/domain/task/commands.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { agentCronTaskId } from '@elves/core/foundation/ids.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { ReportName } from '@elves/schemas/generated/catalog.ts'
import type { OpenAttempt, TaskOutput } from '@elves/schemas/generated/types.ts'
import { cronRunStartMs } from '@elves/schemas/link/protocol.ts'
import type { AgentDirectory } from '../agents/agent-directory.ts'
import { bounded, latestInstant, longestCostMs, mostExact } from '../link/frames.ts'
import type { ReportIntake } from './report-intake.ts'
import type { TaskMetrics } from './task-telling.ts'

/** Records what agents report, and tells what to send to an agent that comes back. */
export interface TaskReports {
  /**
   * Resolves when all are durable: then the gateway sends receipts. Reports that arrive together are appended together. Facts among
   * them are not about tasks; the gateway handles those. Rejects if the store does not answer: then the agent sends the reports
   * again.
   */
  record(agentId: string, reports: readonly Message<ReportName>[]): Promise<void>
  /**
   * Called at a hello, before the new link is used for anything else. Calls attempts lost that the agent's journal ought to know and
   * does not. Returns what to send the agent again (encoded `RunTask` and `CancelTask`).
   */
  reconcile(agentId: string, journalId: string, openAttempts: readonly OpenAttempt[]): Promise<readonly Uint8Array[]>
}

/** A task whose reports will come here. */
export interface ExpectedTask {
  readonly taskId: string
  /** All its events so far; null if they have to be read. */
  readonly events: readonly RecordedEvent[] | null
}

/** The same for a process to which other processes send instructions. */
export interface ExpectingTaskReports extends TaskReports {
  /** Remembers what the reports of these tasks will need, and reads ahead what is not told. Never rejects. */
  expect(tasks: readonly ExpectedTask[]): Promise<void>
}

export interface TaskReportsOptions {
  readonly intake: ReportIntake
  readonly reconcile: TaskReports['reconcile']
  /** Finds the agent whose cron ran. */
  readonly agents: Pick<AgentDirectory, 'find'>
  readonly deadlineGraceMs: number
  readonly metrics: Pick<TaskMetrics, 'reportsOfUnknownTasks'>
  readonly logger: Logger
}

export function taskReports({ intake, reconcile, agents, deadlineGraceMs, metrics, logger }: TaskReportsOptions): ExpectingTaskReports {
  async function reporterOf(agentId: string, reports: readonly Message<ReportName>[]): Promise<Reporter> {
    const hasRuns = reports.some(({ name }) => name === 'AgentCronRun')
    const agent = hasRuns ? await agents.find(agentId, { isRemovedToo: true }) : null
    return { agentId, agentIp: agent?.ip ?? '', deadlineGraceMs }
  }

  /** A run whose task has another id than a run of this cron would take the id of a task that is to come: it is dropped and receipted. */
  function isPossible(agentId: string, report: Message<ReportName>): boolean {
    if (report.name !== 'AgentCronRun') return true
    const { taskId, cronId, fireAt } = report.value
    if (taskId === agentCronTaskId(agentId, cronId, fireAt)) return true
    metrics.reportsOfUnknownTasks(1)
    logger.error({ agentId, taskId }, 'dropped a run of an agent’s own cron: its task has not the id of such a run')
    return false
  }

  return {
    async record(agentId, all) {
      const reports = all.filter((report) => isPossible(agentId, report))
      const byTask = commandsByTask(await reporterOf(agentId, reports), reports)
      if (byTask.size === 0) return
      const recorded: Promise<void>[] = []
      for (const [taskId, commands] of byTask) recorded.push(intake.add({ agentId, taskId, stream: taskStream(taskId), commands }))
      await Promise.all(recorded)
    },
    reconcile,
    async expect(tasks) {
      // If this fails, the tasks are read when their reports come.
      await intake.expect(tasks.map(({ taskId, events }) => ({ stream: taskStream(taskId), events }))).catch(() => undefined)
    },
  }
}

/** What a decision about a report needs to know besides the report. */
interface Reporter {
  readonly agentId: string
  /** Empty if no run of a cron is reported. */
  readonly agentIp: string
  readonly deadlineGraceMs: number
}

type ReportOfTask = Message<Exclude<ReportName, ReportOfAgent>>
type ReportOfAgent = 'AgentFactsReport' | 'AgentCronsReport' | 'AgentCronDropsReport' | 'AgentInstructionReport' | 'AgentAppReport'

function isOfTask(report: Message<ReportName>): report is ReportOfTask {
  return 'taskId' in report.value
}

/** Groups the reports by task, in order. The link says which agent this is, whatever a report claims. */
function commandsByTask(reporter: Reporter, reports: readonly Message<ReportName>[]): Map<string, TaskReportCommand[]> {
  const byTask = new Map<string, TaskReportCommand[]>()
  for (const report of reports) {
    if (!isOfTask(report)) continue
    const command = commandOf(reporter, report)
    const commands = byTask.get(report.value.taskId)
    if (commands) commands.push(command)
    else byTask.set(report.value.taskId, [command])
  }
  return byTask
}

function commandOf(reporter: Reporter, report: ReportOfTask): TaskReportCommand {
  const { agentId } = reporter
  const happenedAt = bounded(report.value.happenedAt, latestInstant)
  switch (report.name) {
    case 'AgentCronRun': {
      const { reportId: _, taskId: _id, param, fireAt, ...run } = report.value
      const times = { fireAt: bounded(fireAt, latestInstant), happenedAt, now: Date.now(), startAllowanceMs: cronRunStartMs }
      return { type: 'RecordCronRun', ...run, ...reporter, ...times, param: inlineText(param) }
    }
    case 'AttemptAcknowledged':
      return { type: 'RecordAcknowledged', agentId, attempt: report.value.attempt, happenedAt }
    case 'AttemptStarted':
      return { type: 'RecordStarted', agentId, attempt: report.value.attempt, happenedAt }
    case 'AttemptEnded': {
      const { attempt, outcome, failure, killed, processing } = report.value
      const output = report.value.output && boundedOutput(report.value.output)
      return { type: 'RecordEnded', agentId, attempt, happenedAt, outcome, failure, output, killed, processing, now: Date.now() }
    }
    case 'AttemptProcessing': {
      const { attempt, state, error, answer } = report.value
      const calls = bounded(report.value.calls, mostCalls)
      return { type: 'RecordProcessing', agentId, attempt, happenedAt, state, calls, error: cut(error), answer: cut(answer) }
    }
  }
}

function boundedOutput(output: TaskOutput): TaskOutput {
  return { ...output, costMs: bounded(output.costMs, longestCostMs), byteCount: bounded(output.byteCount, mostExact) }
}

/** The most that the API's `attempts: Int` can carry. */
const mostCalls = 2_147_483_647
/** Characters of a text about a processor. */
const textLength = 1_024

function cut(text: string | null): string | null {
  return text === null ? null : cutText(text, textLength).toWellFormed()
}
