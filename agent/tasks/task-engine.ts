import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { CancelTask, OpenAttempt, RunTask } from '@elves/schemas/generated/types.ts'
import { cronRunStartMs } from '@elves/schemas/link/protocol.ts'
import type { CronBacklog } from '../crons/cron-backlog.ts'
import type { CronRun, FiredCron, Journal, JournalEntry } from '../journal/journal.ts'
import type { AgentLink, Instruction } from '../link/agent-link.ts'
import type { CenterClock } from '../link/center-clock.ts'
import type { NewReport } from '../link/report-outbox.ts'
import type { Processing } from '../processing/processing.ts'
import { interrupted, notStarted, rejected } from '../runner/run-end.ts'
import type { RunEnd, WorkerRunner } from '../runner/worker-call.ts'
import type { SealedForAgent } from '../secrets/sealed-for-agent.ts'
import { Alarm } from './alarm.ts'
import { cancelledUnstarted, expired, instructionRefusal, refusedEnd, stopping } from './attempt-ends.ts'
import { type EndListeners, killMs, type LiveAttempt, LiveAttempts, liveAttempt, tellEnd, waitingBytesOf } from './live-attempts.ts'
import { preparedRun } from './prepared-run.ts'
import { reportAgain } from './report-again.ts'
import { type RunLimits, WaitingLine } from './waiting-line.ts'

export interface TaskEngineOptions extends EndListeners {
  readonly journal: Journal
  readonly runner: WorkerRunner
  readonly secrets: SealedForAgent
  readonly link: Pick<AgentLink, 'report' | 'hasReportOf' | 'isFull'>
  /** Is told how far the runs of own crons have got in the journal. */
  readonly backlog: Pick<CronBacklog, 'added' | 'ended' | 'openAttempts' | 'onReceipted'>
  readonly clock: CenterClock
  /** Takes the results that go to the processors of their apps. */
  readonly processing: Pick<Processing, 'forEnd' | 'begin'>
  readonly limits: RunLimits
  /** The clock of this host; ms since the epoch. */
  readonly wallMs?: () => number
}

/** Takes instructions, runs attempts and reports them. Each is journaled before it is acted on; an attempt starts at most once. */
export class TaskEngine {
  readonly #options: TaskEngineOptions
  readonly #live = new LiveAttempts()
  readonly #line: WaitingLine<LiveAttempt>
  readonly #expiry: Alarm
  readonly #undoubt: () => void
  readonly #stopping = Promise.withResolvers<void>()
  #isStopping = false
  #isAwaitingClock = false
  #isKilling = false

  constructor(options: TaskEngineOptions) {
    this.#options = options
    this.#line = new WaitingLine(options.limits)
    this.#expiry = new Alarm(options.clock, () => void this.#expireWaiting())
    this.#undoubt = options.clock.onDoubt((sleptMs) => this.#onDoubt(sleptMs))
  }

  /** Resolves when the instruction can't be lost by a crash of this process: it is in the journal, or contains nothing new. */
  take(instruction: Instruction): Promise<void> {
    return instruction.name === 'RunTask' ? this.#run(instruction.value) : this.#cancel(instruction.value)
  }

  /** Runs an own cron, unless the journal knows the run. It is judged by the clock of this host, so it needs no center. */
  fire(task: RunTask, cron: CronRun): void {
    const { journal } = this.#options
    if (this.#isStopping || this.#live.find(task) || journal.find(task.taskId, task.attempt) || journal.isSettled(task.taskId, task.attempt)) return
    const attempt = liveAttempt(task, 'WAITING', cron)
    this.#live.add(attempt)
    this.#place(attempt)
  }

  /** The journal's open attempts that the center may know of, for the hello. */
  openAttempts(): OpenAttempt[] {
    return this.#options.backlog.openAttempts()
  }

  onReceipted(reports: readonly NewReport[]): void {
    const { journal, clock, backlog } = this.#options
    for (const report of reports) {
      if (report.name === 'AttemptEnded') journal.receipt(report.value.taskId, report.value.attempt)
      backlog.onReceipted(report)
    }
    journal.forget(clock.now())
    this.#beginWaiting()
  }

  /** Call it once, before the first instruction: goes on with what an earlier process left in the journal. */
  recover(): void {
    for (const entry of this.#options.journal.open()) {
      reportAgain(this.#options.link, entry)
      if (entry.end) continue
      if (entry.startingAt !== null) void this.#interrupt(entry)
      else if (entry.task) this.#hold(entry.task, entry.cron)
    }
  }

  #hold(task: RunTask, cron: FiredCron | null): void {
    const attempt = liveAttempt(task, 'HELD', cron && { ...cron, since: cron.fireAt })
    this.#live.add(attempt)
    if (cron) this.#place(attempt)
  }

  /** Places the held attempts: the center has told its time. */
  onClock(): void {
    for (const attempt of this.#live.all) if (attempt.stage === 'HELD') this.#place(attempt)
  }

  /** Takes no more instructions, gives runs `drainMs` to end, then kills them. Waiting attempts stay in the journal for the next start. */
  async stop(drainMs: number): Promise<void> {
    this.#isStopping = true
    this.#undoubt()
    this.#stopping.resolve()
    this.#expiry.stop()
    for (const attempt of this.#line.waiting) {
      this.#line.leave(attempt.task.app, attempt)
      this.#live.remove(attempt)
    }
    for (const attempt of this.#live.all) if (attempt.stage === 'HELD') this.#live.remove(attempt)
    if (await this.#live.idle(drainMs)) return
    this.#options.logger.warn({ runs: this.#live.size }, 'killing the runs that did not end in time')
    this.#isKilling = true
    for (const { run } of this.#live.all) run?.cancel()
    await this.#live.idle(killMs)
  }

  #run(task: RunTask): Promise<void> {
    const { journal, logger } = this.#options
    const entry = journal.find(task.taskId, task.attempt)
    const live = this.#live.find(task)
    if (live || entry || journal.isSettled(task.taskId, task.attempt)) {
      logger.info({ taskId: task.taskId, correlationId: task.correlationId }, 'got an instruction again')
      if (entry && !(live && live.stage !== 'RUNNING')) reportAgain(this.#options.link, entry)
      return live?.noted.promise ?? Promise.resolve()
    }
    const attempt = liveAttempt(task, 'WAITING')
    this.#live.add(attempt)
    if (this.#options.clock.now() > task.notAfter) void this.#judgeLate(attempt)
    else this.#judge(attempt)
    return attempt.noted.promise
  }

  /**
   * Asks the center for its time before it judges an attempt that seems late: the instruction was long on its way, or the
   * center's clock was set back.
   */
  async #judgeLate(attempt: LiveAttempt): Promise<void> {
    attempt.stage = 'HELD'
    await Promise.race([this.#options.clock.confirmed(), this.#stopping.promise])
    if (attempt.stage === 'HELD' && !this.#isStopping) this.#judge(attempt)
  }

  #judge(attempt: LiveAttempt): void {
    const refusal = instructionRefusal(attempt.task, this.#options, this.#isStopping)
    if (refusal) void this.#end(attempt, refusal)
    else this.#place(attempt)
  }

  /** Gives the attempt a slot, or puts it into the line, or refuses it. */
  #place(attempt: LiveAttempt): void {
    const { app, notAfter } = attempt.task
    if (!this.#options.link.isFull && this.#line.tryTake(app)) {
      void this.#begin(attempt)
    } else if (this.#line.isFull) {
      const busy = refusedEnd('AGENT_BUSY', 'more tasks wait on this agent than it may hold')
      // A run of a cron is told with what the journal has of it.
      if (attempt.cron) {
        const accepted = this.#accept(attempt)
        accepted.then(
          () => this.#end(attempt, busy),
          (error) => this.#refuseUnstarted(attempt, error),
        )
      } else void this.#end(attempt, busy)
    } else {
      attempt.stage = 'WAITING'
      this.#line.wait(app, attempt, waitingBytesOf(attempt.task))
      this.#expiry.setFor(attempt.cron ? this.#cronExpiry(attempt.cron.fireAt) : notAfter)
      this.#accept(attempt).catch((error) => this.#refuseUnstarted(attempt, error))
    }
  }

  /** Runs an attempt that has taken a slot, and releases the slot at the end. */
  async #begin(attempt: LiveAttempt): Promise<void> {
    attempt.stage = 'CHECKING'
    try {
      await this.#end(attempt, await this.#outcome(attempt))
    } catch (error) {
      this.#refuseUnstarted(attempt, error)
    } finally {
      this.#line.release(attempt.task.app)
      this.#beginWaiting()
    }
  }

  #beginWaiting(): void {
    for (let next = this.#next(); next; next = this.#next()) void this.#begin(next)
  }

  #next(): LiveAttempt | undefined {
    return this.#isStopping || this.#options.link.isFull ? undefined : this.#line.next()
  }

  /** Runs the attempt and returns its end. Rejects if the journal could not be written before the start. */
  async #outcome(attempt: LiveAttempt): Promise<RunEnd> {
    const { journal, clock, logger } = this.#options
    const { task } = attempt
    const { taskId, correlationId, app, func } = task
    const ready = preparedRun(task, this.#options)
    if (this.#isStopping) return stopping()
    const accepted = this.#accept(attempt)
    if (!this.#canJudge(attempt)) await this.#clockOrStop()
    if (attempt.isCancelled) return cancelledUnstarted
    if (!this.#canJudge(attempt)) return stopping()
    if ('outcome' in ready || this.#isLate(attempt)) {
      await accepted
      return 'outcome' in ready ? ready : expired()
    }
    attempt.stage = 'STARTING'
    const at = clock.now()
    await Promise.all([accepted, journal.start(taskId, task.attempt, at)])
    if (attempt.isCancelled) return cancelledUnstarted
    // Checked again, because the disk, a stall of this process or a sleep of its host may have taken long.
    if (!this.#canJudge(attempt)) await this.#clockOrStop()
    if (attempt.isCancelled) return cancelledUnstarted
    if (!this.#canJudge(attempt)) return stopping()
    if (this.#isLate(attempt)) return expired()
    this.#options.link.report({ name: 'AttemptStarted', value: { taskId, attempt: task.attempt, happenedAt: at } })
    logger.debug({ taskId, correlationId, app, func }, 'starting a worker')
    attempt.stage = 'RUNNING'
    attempt.run = ready.start()
    if (this.#isKilling) attempt.run.cancel()
    const end = await attempt.run.ended
    return this.#isStopping && end.outcome === 'CANCELLED' && !attempt.isCancelled ? interrupted(end.killed, end.output?.printed ?? null) : end
  }

  /** The run of a cron is judged by the clocks of this host. */
  #canJudge({ cron }: LiveAttempt): boolean {
    return cron !== null || this.#options.clock.isSynchronized()
  }

  #isLate({ cron, takenAt, task }: LiveAttempt): boolean {
    if (!cron) return this.#options.clock.now() > task.notAfter
    // The monotonic clock stands still while the host sleeps, and the wall clock may be set back: the later one counts.
    const passedMs = Math.max(performance.now() - takenAt, (this.#options.wallMs ?? Date.now)() - cron.fireAt)
    return passedMs > cronRunStartMs
  }

  /** When to look whether the run of a cron is late, on the clock of the alarm: other clocks than the wall clock may be ahead of it. */
  #cronExpiry(fireAt: number): number {
    return this.#options.clock.now() + Math.max(1_000, fireAt + cronRunStartMs - (this.#options.wallMs ?? Date.now)())
  }

  /** Journals that the attempt is accepted, and acknowledges it when that is durable. */
  #accept(attempt: LiveAttempt): Promise<void> {
    if (attempt.accepted) return attempt.accepted
    const { journal, clock, link } = this.#options
    const { taskId, attempt: number } = attempt.task
    const at = clock.now()
    const { cron } = attempt
    if (cron) {
      const { since, ...fired } = cron
      attempt.accepted = journal.fire(attempt.task, fired, since, at).then(() => {
        attempt.noted.resolve()
        this.#options.backlog.added(taskId, number)
      })
      return attempt.accepted
    }
    attempt.accepted = journal.accept(attempt.task, at).then(() => {
      attempt.noted.resolve()
      link.report({ name: 'AttemptAcknowledged', value: { taskId, attempt: number, happenedAt: at } })
    })
    return attempt.accepted
  }

  /** Ends an attempt that surely was not started. If not even `accepted` is in the journal, the end need not be durable before it is reported. */
  #refuseUnstarted(attempt: LiveAttempt, error: unknown): void {
    const { journal, logger } = this.#options
    const { taskId, attempt: number, app } = attempt.task
    const { code, message } = asElvesError(error)
    logger.error({ err: error, taskId }, 'a task could not be started')
    this.#line.leave(app, attempt)
    const end = code === 'JOURNAL_FAILED' ? refusedEnd(code, message) : rejected(notStarted(error))
    void this.#end(attempt, end, journal.find(taskId, number) === undefined)
  }

  /**
   * Journals and reports an end. After a start, the report is sent at once, because the attempt is never started again,
   * unless its result goes to a processor: a restart that finds no end would hand on INTERRUPTED, and the center would have
   * another result. Before a start, it is sent when the end is durable; otherwise a restart could run an attempt that was
   * reported as never run.
   */
  async #end(attempt: LiveAttempt, end: RunEnd, isReportedAtOnce = attempt.stage === 'RUNNING'): Promise<void> {
    const { journal, clock } = this.#options
    const { taskId, attempt: number, notAfter } = attempt.task
    if (attempt.stage === 'ENDING') return
    attempt.stage = 'ENDING'
    if (attempt.cron && !journal.find(taskId, number)) {
      // Nobody asked for the run, and nothing is known of it.
      this.#options.logger.error({ taskId, code: end.failure?.code, reason: end.failure?.message }, 'a run of an own cron was not begun')
      return this.#live.remove(attempt)
    }
    const processing = this.#options.processing.forEnd(attempt.task, end)
    const value = { taskId, attempt: number, happenedAt: clock.now(), ...end, processing: processing !== null }
    const durable = journal.end(value, notAfter, processing)
    attempt.noted.resolve(durable)
    if (attempt.cron) void durable.then(() => this.#options.backlog.ended(taskId, number))
    if (!isReportedAtOnce || processing) await durable
    tellEnd(this.#options, attempt, end)
    this.#options.link.report({ name: 'AttemptEnded', value })
    this.#live.remove(attempt)
    if (processing) void durable.then(() => this.#options.processing.begin(taskId, number))
  }

  #cancel(instruction: CancelTask): Promise<void> {
    const { taskId, attempt: number, correlationId } = instruction
    const { journal, clock, logger } = this.#options
    const attempt = this.#live.find(instruction)
    logger.info({ taskId, correlationId, stage: attempt?.stage }, 'asked to cancel a task')
    const entry = journal.find(taskId, number)
    if (attempt) this.#cancelLive(attempt)
    else if (entry) reportAgain(this.#options.link, entry)
    // If this process dies before the end is durable, the center sends the cancel again after the next hello.
    if (attempt || entry || journal.isSettled(taskId, number)) return Promise.resolve()
    // The attempt was never started here. This record makes sure that it never will be, even if its instruction comes after the cancel.
    const value = { taskId, attempt: number, happenedAt: clock.now(), ...cancelledUnstarted, processing: false }
    return journal.end(value, clock.now()).then(() => this.#options.link.report({ name: 'AttemptEnded', value }))
  }

  #cancelLive(attempt: LiveAttempt): void {
    attempt.isCancelled = true
    attempt.run?.cancel()
    if (attempt.stage !== 'WAITING' && attempt.stage !== 'HELD') return
    this.#line.leave(attempt.task.app, attempt)
    void this.#end(attempt, cancelledUnstarted)
  }

  /** Ends an attempt that was about to start or had started when the last process died. */
  async #interrupt(entry: JournalEntry): Promise<void> {
    const { journal, runner, clock, logger } = this.#options
    const { taskId, attempt } = entry
    const killed = await runner.killLeftovers({ taskId, attempt }).catch((error: unknown) => {
      logger.error({ err: error, taskId }, 'a run of an earlier process may still have processes')
      return 'BEST_EFFORT' as const
    })
    const { app, func, correlationId } = entry.task ?? {}
    const facts = { taskId, app, func, state: 'FAILED', code: 'INTERRUPTED', attempt, killed, correlationId }
    logger.warn(facts, 'a task has ended: an earlier process of this agent died under its run')
    const end = interrupted(killed)
    const processing = entry.task && this.#options.processing.forEnd(entry.task, end)
    const value = { taskId, attempt, happenedAt: clock.now(), ...end, processing: processing !== null }
    await journal.end(value, entry.notAfter, processing)
    if (entry.cron) this.#options.backlog.ended(taskId, attempt)
    else this.#options.link.report({ name: 'AttemptEnded', value })
    if (processing) this.#options.processing.begin(taskId, attempt)
  }

  /** Resolves when the clock is synchronized, or with the stop. */
  async #clockOrStop(): Promise<void> {
    await Promise.race([this.#options.clock.synchronized(), this.#stopping.promise])
  }

  #onDoubt(sleptMs: number): void {
    this.#options.logger.warn(
      { sleptMs: Math.round(sleptMs) },
      'this host has slept or its clock was set: nothing starts before the center tells its time',
    )
    if (sleptMs > 0) for (const { run } of this.#live.all) run?.slept(sleptMs)
    void this.#expireWaiting()
  }

  /** Explains to people why attempts of this app wait; null if nothing keeps them waiting now. */
  #whyWaiting(app: string): string | null {
    if (this.#options.link.isFull) return 'the agent begins nothing before the center has confirmed some of the results that it holds'
    return this.#line.whoHasSlots(app)
  }

  async #expireWaiting(): Promise<void> {
    // A run of an own cron is judged by the clocks of this host: it expires also while no center is there to tell the time.
    this.#expireLate()
    if (this.#isAwaitingClock || this.#options.clock.isSynchronized()) return
    this.#isAwaitingClock = true
    await this.#clockOrStop()
    this.#isAwaitingClock = false
    this.#expireLate()
  }

  /** Ends what waits and is too late, as far as that can be judged now, and sets the alarm for the next. */
  #expireLate(): void {
    if (this.#isStopping) return
    let nextAt = Number.POSITIVE_INFINITY
    for (const attempt of this.#line.waiting) {
      const { app, notAfter } = attempt.task
      if (this.#canJudge(attempt) && !this.#isLate(attempt)) {
        nextAt = Math.min(nextAt, attempt.cron ? this.#cronExpiry(attempt.cron.fireAt) : notAfter)
      }
      if (!this.#canJudge(attempt) || !this.#isLate(attempt)) continue
      this.#line.leave(app, attempt)
      void this.#end(attempt, expired(this.#whyWaiting(app)))
    }
    this.#expiry.resetFor(nextAt)
  }
}
