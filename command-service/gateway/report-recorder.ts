import { asElvesError } from '@elves/core/foundation/errors.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'
import { type AgentTelling, recordOfAgent } from '../agents/agent-reports.ts'
import type { Report } from '../link/frames.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { BackPressure, Reader } from './back-pressure.ts'
import type { Outbox } from './outbox.ts'

/** What the recorders of one gateway share. */
export interface ReportRecorderContext {
  readonly tasks: Pick<TaskReports, 'record'>
  readonly registration: AgentTelling
  readonly backPressure: Pick<BackPressure, 'recorded'>
  readonly limits: Pick<GatewayLimits, 'recordPatienceMs'>
}

/** The link that brings the reports. */
export interface ReportSource extends Reader {
  /** Null before the hello. */
  readonly agentId: string | null
  readonly isClosed: boolean
  readonly outbox: Pick<Outbox, 'receipt'>
  /** Called when recording was given up. These reports, and those that waited behind them, get no receipt, so the agent keeps them. */
  unrecorded(error: unknown, reports: number): void
}

/**
 * Records the reports of one link, one call at a time, and sends the receipts. What comes meanwhile goes into the next call, so that it
 * cannot overtake reports that are tried again.
 */
export class ReportRecorder {
  readonly #source: ReportSource
  readonly #context: ReportRecorderContext
  #waiting: Report[] = []
  #recording: Promise<void> | null = null

  constructor(source: ReportSource, context: ReportRecorderContext) {
    this.#source = source
    this.#context = context
  }

  add(reports: readonly Report[]): void {
    for (const report of reports) this.#waiting.push(report)
    this.#recording ??= this.#drain()
  }

  /** Resolves when nothing is being recorded. */
  async idle(): Promise<void> {
    while (this.#recording) await this.#recording
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const reports = this.#waiting
      this.#waiting = []
      try {
        await this.#recordPatiently(reports)
        this.#context.backPressure.recorded(this.#source, reports.length)
        if (!this.#source.isClosed) this.#source.outbox.receipt(reports.map(({ value }) => value.reportId))
      } catch (error) {
        const given = reports.length + this.#waiting.length
        this.#waiting = []
        this.#context.backPressure.recorded(this.#source, given)
        this.#source.unrecorded(error, given)
      }
    }
    this.#recording = null
  }

  /** Without a link no retry makes sense: the agent keeps its reports and brings them again. */
  async #recordPatiently(reports: readonly Report[]): Promise<void> {
    await retrying(() => this.#record(reports), {
      firstMs: 100,
      longestMs: 2_000,
      giveUpMs: this.#context.limits.recordPatienceMs,
      isPassing: (error) => asElvesError(error).canRetry && !this.#source.isClosed,
    })
  }

  async #record(reports: readonly Report[]): Promise<void> {
    const { tasks, registration } = this.#context
    const agentId = this.#source.agentId ?? ''
    // Nearly all frames are of tasks only.
    if (reports.every(({ value }) => 'taskId' in value)) return tasks.record(agentId, reports)
    await Promise.all([tasks.record(agentId, reports), recordOfAgent(registration, agentId, reports)])
  }
}
