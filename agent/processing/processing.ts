import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { AttemptEnd, Journal, NewProcessing, ProcessingEntry, ProcessingOutcome } from '../journal/journal.ts'
import { attemptKey } from '../journal/journal-state.ts'
import type { AgentLink } from '../link/agent-link.ts'
import type { CenterClock } from '../link/center-clock.ts'
import type { NewReport } from '../link/report-outbox.ts'
import type { WorkerRunner } from '../runner/worker-call.ts'
import { AppLines } from './app-lines.ts'
import { type CallProcessor, callErrorText, type ProcessorAddress } from './call-processor.ts'
import { goesToProcessor, reinstructOf, resultBytes } from './result-of-attempt.ts'

export interface ProcessingLimits {
  /** Results of one app that may wait for its processor. */
  readonly waiting: number
  /** How long after the end of the attempt the agent calls again; ms. */
  readonly giveUpMs: number
  /** How long a call may take at most; ms. */
  readonly timeoutMs: number
}

export interface ProcessingOptions {
  readonly journal: Journal
  readonly runner: Pick<WorkerRunner, 'processorOf'>
  readonly call: CallProcessor
  readonly link: Pick<AgentLink, 'report'>
  readonly clock: Pick<CenterClock, 'now' | 'isSynchronized'>
  /** The agent's ip, which processors are told. */
  readonly ip: string
  readonly limits: ProcessingLimits
  readonly logger: Logger
  /** Pause after the first failed call; each next one is twice as long, up to the longest. Default 1 s and 5 minutes. */
  readonly pauseMs?: { readonly first: number; readonly longest: number }
}

/** Calls of one app's processor at the same time. */
const callsAtOnce = 4
/** With more bytes of results of one app waiting, further ones are not handed on. */
const waitingBytes = 16 * 1024 * 1024
const textLength = 1_024
/** How long a stop waits for calls that are under way. */
const stopMs = 1_000

/**
 * Hands the results of attempts in mode P to the processors of their apps: at least once, from the journal, with pauses
 * that grow, until the processor has answered or the time is over. Each app has a line of its own, so that no processor
 * delays another app's; nothing else of the agent waits for a processor.
 */
export class Processing {
  readonly #options: ProcessingOptions
  readonly #lines: AppLines
  readonly #stopping = new AbortController()
  readonly #calls = new Set<Promise<void>>()

  constructor(options: ProcessingOptions) {
    this.#options = options
    this.#lines = new AppLines({ atOnce: callsAtOnce, waiting: options.limits.waiting, bytes: waitingBytes }, (key) => this.#start(key))
  }

  /** Says what the journal has to note with this end; null if the result goes to no processor. */
  forEnd(task: RunTask, end: Pick<AttemptEnd, 'outcome' | 'output'>): NewProcessing | null {
    if (!goesToProcessor(task, end.outcome) || !this.#hasProcessor(task.app)) return null
    if (this.#lines.reserve(attemptKey(task.taskId, task.attempt), task.app, resultBytes(task, end))) return { task }
    return { refusal: `more results wait for the processor of ${task.app} than may wait on this agent (${this.#options.limits.waiting})` }
  }

  /** Call it when an end with a processing is durable in the journal, after the end was reported. */
  begin(taskId: string, attempt: number): void {
    const entry = this.#options.journal.findProcessing(taskId, attempt)
    if (entry?.outcome) this.#tell(entry, entry.outcome)
    else if (entry) this.#lines.ready(attemptKey(taskId, attempt))
  }

  /** Goes on with what an earlier process left in the journal. Call it once, after the ends were reported again. */
  recover(): void {
    for (const entry of this.#options.journal.processing()) {
      const { result, taskId, attempt } = entry
      // Already promised, however many they are.
      if (result) this.#lines.reserve(attemptKey(taskId, attempt), result.task.app, resultBytes(result.task, result.end), true)
      this.begin(taskId, attempt)
    }
  }

  onReceipted(reports: readonly NewReport[]): void {
    for (const { name, value } of reports) {
      if (name === 'AttemptProcessing' && value.state !== 'PENDING') this.#options.journal.processingReceipt(value.taskId, value.attempt)
    }
  }

  /** What was not delivered stays in the journal for the next start. */
  async stop(): Promise<void> {
    this.#lines.stop()
    await within(stopMs, Promise.all(this.#calls), null)
    this.#stopping.abort()
    await Promise.all(this.#calls)
  }

  #hasProcessor(app: string): boolean {
    try {
      return this.#options.runner.processorOf(app) !== null
    } catch {
      // The host is short of something. Whether there is one is asked again before each call.
      return true
    }
  }

  #start(key: string): void {
    const call = this.#call(key).finally(() => this.#calls.delete(call))
    this.#calls.add(call)
  }

  async #call(key: string): Promise<void> {
    const [taskId, attempt] = [key.slice(0, key.lastIndexOf('/')), Number(key.slice(key.lastIndexOf('/') + 1))]
    const { journal, call, ip } = this.#options
    const entry = journal.findProcessing(taskId, attempt)
    if (!entry?.result) {
      this.#lines.remove(key)
      return
    }
    const { task, end } = entry.result
    const calls = entry.calls + 1
    try {
      const answer = await call(this.#address(task.app), reinstructOf(task, end, ip), this.#stopping.signal)
      await this.#settle(entry, { state: 'DELIVERED', at: this.#now(), calls, error: null, answer: shortText(answer) })
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      await this.#failed(entry, calls, shortText(callErrorText(error)))
    }
  }

  #address(app: string): ProcessorAddress {
    const { runner, limits } = this.#options
    const setting = runner.processorOf(app)
    if (setting === null) throw new Error('the app names no processor any more in its appcfg.json')
    if (typeof setting === 'string') throw new Error(setting)
    return { ...setting, timeoutMs: Math.min(setting.timeoutMs || limits.timeoutMs, limits.timeoutMs) }
  }

  async #failed(entry: ProcessingEntry, calls: number, error: string): Promise<void> {
    const { journal, link, clock, limits, logger, pauseMs = { first: 1_000, longest: 300_000 } } = this.#options
    const { taskId, attempt, result } = entry
    if (!result) return
    if (clock.isSynchronized() && clock.now() - result.end.happenedAt >= limits.giveUpMs) {
      logger.warn({ taskId, attempt, app: result.task.app, calls, error }, 'gave up handing a result to a processor')
      await this.#settle(entry, { state: 'FAILED', at: clock.now(), calls, error: shortText(`gave up after ${calls} calls: ${error}`), answer: null })
      return
    }
    journal.called(taskId, attempt, calls)
    // Not each of them: a processor that is down for days must not fill the task's history.
    if (Number.isInteger(Math.log2(calls))) {
      logger.warn({ taskId, attempt, app: result.task.app, calls, error }, 'a result could not be handed to a processor; trying again')
      const value = { taskId, attempt, happenedAt: this.#now(), state: 'PENDING', calls, error, answer: null } as const
      if (!journal.findProcessing(taskId, attempt)?.isUntold) link.report({ name: 'AttemptProcessing', value })
    }
    const longest = Math.min(pauseMs.first * 2 ** Math.min(calls - 1, 30), pauseMs.longest)
    this.#lines.later(attemptKey(taskId, attempt), longest * (0.5 + Math.random() / 2))
  }

  async #settle(entry: ProcessingEntry, outcome: ProcessingOutcome): Promise<void> {
    const { taskId, attempt } = entry
    const { journal } = this.#options
    await journal.processed(taskId, attempt, outcome)
    this.#lines.remove(attemptKey(taskId, attempt))
    // The run may have been dropped meanwhile: then the journal does not have it, and the center neither.
    if (journal.findProcessing(taskId, attempt)) this.#tell(entry, outcome)
  }

  #tell({ taskId, attempt }: ProcessingEntry, { state, at, calls, error, answer }: ProcessingOutcome): void {
    this.#options.link.report({ name: 'AttemptProcessing', value: { taskId, attempt, happenedAt: at, state, calls, error, answer } })
  }

  #now(): number {
    return this.#options.clock.now()
  }
}

function shortText(text: string): string {
  return cutText(text, textLength).toWellFormed()
}
