import type { Logger } from '@elves/core/foundation/log.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import type { AgentOutput, OutputReach } from '@elves/schemas/generated/types.ts'
import type { OutputTap } from '../runner/worker-output.ts'
import { OutputSpool, type OutputSpoolOptions } from './output-spool.ts'

export interface OutputLink {
  /** False while reports wait, the link takes nothing, or the center does not read output. */
  readonly takesOutput: boolean
  sendOutput(messages: readonly AgentOutput[]): void
}

export interface OutputSenderOptions extends OutputSpoolOptions {
  readonly bootId: string
  readonly link: OutputLink
  /** The center's time, ms since the epoch. */
  readonly now: () => number
  readonly logger: Logger
}

/** What is printed within this time leaves together, unless it fills a message before. */
const gatherMs = 200

/** Sends the center what runs print: behind all reports, no more than it confirms, and again where no receipt comes. */
export class OutputSender {
  readonly #options: OutputSenderOptions
  readonly #spool: OutputSpool
  #timer: NodeJS.Timeout | undefined
  #isDueNow = false
  #forgotten = 0
  #isStopped = false

  constructor(options: OutputSenderOptions) {
    this.#options = options
    this.#spool = new OutputSpool(options, (isMuch) => this.#changed(isMuch))
  }

  /** Memory of what the center has not confirmed. */
  get bytes(): number {
    return this.#spool.bytes
  }

  /** Returns what takes the output of a run that starts now. */
  open({ taskId, attempt }: { readonly taskId: string; readonly attempt: number }): OutputTap {
    const { bootId, now } = this.#options
    return this.#spool.open({ taskId, attempt, bootId, startedAt: now() })
  }

  /** An earlier process of this agent ran the attempt: what it printed and had not sent is lost. */
  gone(attempt: { readonly taskId: string; readonly attempt: number; readonly startedAt: number }): void {
    this.#spool.gone({ ...attempt, bootId: this.#options.bootId })
  }

  /** The link is up. */
  linked(): void {
    this.#spool.rewind()
  }

  receipt(reaches: readonly OutputReach[]): void {
    this.#spool.receipt(reaches)
  }

  /** Resolves when the center has everything, or the time is over. */
  async drained(timeoutMs: number): Promise<void> {
    this.#flush()
    await until(() => this.#spool.isEmpty, timeoutMs)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #changed(isMuch: boolean): void {
    if (isMuch) this.#flushSoon()
    else this.#flushLater()
  }

  #flushSoon(): void {
    if (this.#isDueNow || this.#isStopped) return
    this.#isDueNow = true
    setImmediate(() => {
      this.#isDueNow = false
      this.#flush()
    })
  }

  #flushLater(): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#flush(), gatherMs).unref()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isStopped) return
    this.#tellForgotten()
    this.#spool.rewindLate()
    while (this.#options.link.takesOutput) {
      const messages = this.#spool.next()
      if (messages.length === 0) break
      this.#options.link.sendOutput(messages)
    }
    if (this.#spool.isBusy) this.#flushLater()
  }

  #tellForgotten(): void {
    const { forgotten } = this.#spool
    if (forgotten === this.#forgotten) return
    this.#options.logger.warn({ attempts: forgotten - this.#forgotten }, 'what runs printed was given up: too much waits for the center')
    this.#forgotten = forgotten
  }
}
