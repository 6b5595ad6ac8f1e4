import type { TaskReportCommand } from '@elves/core/domain/task/commands.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import type { ReportName } from '@elves/schemas/generated/catalog.ts'
import type { OpenAttempt, TaskOutput } from '@elves/schemas/generated/types.ts'
import type { ReportIntake } from './report-intake.ts'

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
}

export function taskReports({ intake, reconcile }: TaskReportsOptions): ExpectingTaskReports {
  return {
    async record(agentId, reports) {
      const byTask = commandsByTask(agentId, reports)
      if (byTask.size === 0) return
      const recorded: Promise<void>[] = []
      for (const [taskId, commands] of byTask) recorded.push(intake.add({ agentId, stream: taskStream(taskId), commands }))
      await Promise.all(recorded)
    },
    reconcile,
    async expect(tasks) {
      // If this fails, the tasks are read when their reports come.
      await intake.expect(tasks.map(({ taskId, events }) => ({ stream: taskStream(taskId), events }))).catch(() => undefined)
    },
  }
}

/** Groups the reports by task, in order. The link says which agent this is, whatever a report claims. */
function commandsByTask(agentId: string, reports: readonly Message<ReportName>[]): Map<string, TaskReportCommand[]> {
  const byTask = new Map<string, TaskReportCommand[]>()
  for (const report of reports) {
    if (report.name === 'AgentFactsReport') continue
    const command = commandOf(agentId, report)
    const commands = byTask.get(report.value.taskId)
    if (commands) commands.push(command)
    else byTask.set(report.value.taskId, [command])
  }
  return byTask
}

function commandOf(agentId: string, report: Message<Exclude<ReportName, 'AgentFactsReport'>>): TaskReportCommand {
  const { attempt } = report.value
  const happenedAt = within(report.value.happenedAt, latestInstant)
  switch (report.name) {
    case 'AttemptAcknowledged':
      return { type: 'RecordAcknowledged', agentId, attempt, happenedAt }
    case 'AttemptStarted':
      return { type: 'RecordStarted', agentId, attempt, happenedAt }
    case 'AttemptEnded': {
      const { outcome, failure, killed, processing } = report.value
      const output = report.value.output && boundedOutput(report.value.output)
      return { type: 'RecordEnded', agentId, attempt, happenedAt, outcome, failure, output, killed, processing, now: Date.now() }
    }
    case 'AttemptProcessing': {
      const { state, error, answer } = report.value
      const calls = within(report.value.calls, mostCalls)
      return { type: 'RecordProcessing', agentId, attempt, happenedAt, state, calls, error: cut(error), answer: cut(answer) }
    }
  }
}

function boundedOutput(output: TaskOutput): TaskOutput {
  return { ...output, costMs: within(output.costMs, longestCostMs), byteCount: within(output.byteCount, mostBytes) }
}

/** The end of the year 9999: every date type and every database accepts it. */
const latestInstant = 253_402_300_799_999
/** The most that the API's `costMs: Int` can carry. */
const longestCostMs = 2_147_483_647
/** Beyond this, a number in an event is not exact. */
const mostBytes = 2 ** 52

/** The most that the API's `attempts: Int` can carry. */
const mostCalls = 2_147_483_647
/** Characters of a text about a processor. */
const textLength = 1_024

function cut(text: string | null): string | null {
  return text === null ? null : cutText(text, textLength).toWellFormed()
}

/** Bounds a number: a broken or hostile agent may send any, and it must not stop readers of the events. */
function within(reported: number, most: number): number {
  return Math.min(Math.max(reported, 0), most)
}
