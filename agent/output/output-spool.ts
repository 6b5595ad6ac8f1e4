import type { AgentOutput, OutputReach } from '@elves/schemas/generated/types.ts'
import { outputLimits } from '@elves/schemas/link/output.ts'
import type { OutputTap } from '../runner/worker-output.ts'
import { AttemptOutput, type AttemptOutputNames } from './attempt-output.ts'

export interface OutputSpoolOptions {
  /** Most bytes that are kept of one attempt, from its beginning; 0: none, only how many there were. */
  readonly keptBytes: number
  /** Most memory of all output that the center has not confirmed. */
  readonly spoolBytes: number
}

/** Messages of attempts that are stuck, in each look: so few, because nothing else waits for their receipts. */
const stuckAtOnce = 4
/** Most attempts of which something is not confirmed: about 10 MB beside the text. */
const mostAttempts = 10_000

/** What runs printed and the center has not confirmed, in bounded memory. It is not on disk: what a process that dies has not sent is lost, and the center says so. */
export class OutputSpool {
  readonly #options: OutputSpoolOptions
  /** In turn: the one that sent last goes to the end. */
  readonly #byAttempt = new Map<string, AttemptOutput>()
  readonly #onChange: (isMuch: boolean) => void
  #bytes = 0
  #forgotten = 0

  /** `onChange` is called when there is something more to send. `isMuch`: it fills a message. */
  constructor(options: OutputSpoolOptions, onChange: (isMuch: boolean) => void) {
    this.#options = options
    this.#onChange = onChange
  }

  /** Memory that it takes, as far as it is counted. */
  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#byAttempt.size === 0
  }

  get hasUnsent(): boolean {
    return this.#byAttempt.values().some((output) => output.hasUnsent)
  }

  /** Attempts that were given up, because too many waited for the center. It does not hear how their output ended. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** True if there is something to send, now or when no receipt comes. */
  get isBusy(): boolean {
    return this.#byAttempt.values().some((output) => output.hasUnsent || output.isUnconfirmed)
  }

  open(names: AttemptOutputNames): OutputTap {
    if (this.#byAttempt.size >= mostAttempts) this.#forgetOne()
    const output = new AttemptOutput(names)
    this.#byAttempt.set(keyOf(names), output)
    return {
      write: (stream, text) => {
        const { keptBytes, spoolBytes } = this.#options
        this.#change(output, () => output.write(stream, text, keptBytes, spoolBytes - this.#bytes))
        if (output.hasUnsent) this.#onChange(output.unsentBytes >= outputLimits.messageBytes)
      },
      end: (isAltered) => {
        output.end(isAltered)
        this.#onChange(false)
      },
    }
  }

  /** Tells the center that nothing (more) of this attempt will come: an earlier process of this agent ran it. */
  gone(names: AttemptOutputNames): void {
    if (this.#byAttempt.size >= mostAttempts) this.#forgetOne()
    const output = new AttemptOutput(names)
    output.gone()
    this.#byAttempt.set(keyOf(names), output)
    this.#onChange(false)
  }

  /** Returns the next messages, at most one of each attempt, as far as the receipts allow; none if nothing may be sent. */
  next(nowMs = performance.now()): AgentOutput[] {
    const { messageBytes, unconfirmedBytes, unconfirmedAttempts } = outputLimits
    const messages: AgentOutput[] = []
    let [bytes, attempts, sending, stuck] = [0, 0, 0, 0]
    for (const output of this.#byAttempt.values()) {
      if (!output.isUnconfirmed) continue
      if (output.isStuck) stuck += 1
      else attempts += 1
      if (!output.isStuck) bytes += output.unconfirmedBytes
    }
    for (const [key, output] of [...this.#byAttempt]) {
      if (!output.hasUnsent) continue
      if (sending >= messageBytes) break
      if (output.isStuck) {
        if (output.isUnconfirmed || stuck >= stuckAtOnce) continue
        stuck += 1
      } else {
        if (bytes + messageBytes > unconfirmedBytes || (!output.isUnconfirmed && attempts >= unconfirmedAttempts)) continue
        if (!output.isUnconfirmed) attempts += 1
      }
      const message = output.next(nowMs)
      const size = message.pieces.reduce((sum, piece) => sum + piece.bytes.length, 0)
      if (!output.isStuck) bytes += size
      sending += size
      messages.push(message)
      this.#byAttempt.delete(key)
      this.#byAttempt.set(key, output)
    }
    return messages
  }

  receipt(reaches: readonly OutputReach[], nowMs = performance.now()): void {
    for (const { taskId, attempt, offset, gap, ended, refused } of reaches) {
      const key = keyOf({ taskId, attempt })
      const output = this.#byAttempt.get(key)
      if (!output) continue
      this.#change(output, () => {
        if (refused) output.giveUp()
        else output.confirm(offset, gap, nowMs)
      })
      if (ended && output.hasEnded) this.#remove(key, output)
    }
    if (this.hasUnsent) this.#onChange(true)
  }

  /** Sends again what was sent long ago and is not confirmed. */
  rewindLate(nowMs = performance.now()): void {
    for (const output of this.#byAttempt.values()) output.rewindIfLate(nowMs)
  }

  /** Sends all that is not confirmed again, in a new session. */
  rewind(): void {
    for (const output of this.#byAttempt.values()) output.rewind()
    if (this.hasUnsent) this.#onChange(true)
  }

  #forgetOne(): void {
    for (const [key, output] of this.#byAttempt) {
      if (!output.hasEnded) continue
      this.#forgotten += 1
      this.#remove(key, output)
      return
    }
  }

  #remove(key: string, output: AttemptOutput): void {
    this.#byAttempt.delete(key)
    this.#bytes -= output.bytes
  }

  #change(output: AttemptOutput, change: () => void): void {
    const before = output.bytes
    change()
    this.#bytes += output.bytes - before
  }
}

function keyOf({ taskId, attempt }: Pick<AttemptOutputNames, 'taskId' | 'attempt'>): string {
  return `${taskId}/${attempt}`
}
