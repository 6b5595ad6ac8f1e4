import { asElvesError } from '@elves/core/foundation/errors.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import type { ReportName } from '@elves/schemas/generated/catalog.ts'

export type Report = Message<ReportName>

export interface ReportRecorderOptions {
  /** Resolves when they are durable. */
  record(reports: readonly Report[]): Promise<void>
  /** Returns true if a retry still makes sense: without a link the agent keeps its reports and brings them again. */
  isWanted(): boolean
  recorded(reports: readonly Report[]): void
  /** Called when recording was given up, with these reports and those that waited behind them. They get no receipt, so the agent keeps them. */
  failed(error: unknown, reports: readonly Report[]): void
  readonly patienceMs: number
}

/**
 * Records the reports of one session, one call at a time. What comes meanwhile goes into the next call, so that it cannot overtake
 * reports that are tried again.
 */
export class ReportRecorder {
  readonly #options: ReportRecorderOptions
  #waiting: Report[] = []
  #recording: Promise<void> | null = null

  constructor(options: ReportRecorderOptions) {
    this.#options = options
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
        this.#options.recorded(reports)
      } catch (error) {
        const behind = this.#waiting
        this.#waiting = []
        this.#options.failed(error, [...reports, ...behind])
      }
    }
    this.#recording = null
  }

  async #recordPatiently(reports: readonly Report[]): Promise<void> {
    await retrying(() => this.#options.record(reports), {
      firstMs: 100,
      longestMs: 2_000,
      giveUpMs: this.#options.patienceMs,
      isPassing: (error) => asElvesError(error).canRetry && this.#options.isWanted(),
    })
  }
}
