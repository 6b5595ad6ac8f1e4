import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause, within } from '@elves/core/foundation/waiting.ts'
import type { AgentOutput, OutputReach } from '@elves/schemas/generated/types.ts'
import { outputLimits } from '@elves/schemas/link/output.ts'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { OutputAgeing } from './aged-output.ts'
import { dayWithin, keepOutputDays, type OutputDays, type OutputRetention } from './output-days.ts'
import { outputMetrics } from './output-metrics.ts'
import { type OutputPart, outputPart } from './output-part.ts'
import { appendOutput, endOfEarlierBoots, type Reached } from './output-tables.ts'

/** The link that brings output. */
export interface OutputSource {
  readonly agentId: string
  receipt(outputs: readonly OutputReach[]): void
}

export interface OutputIntakeOptions {
  readonly pool: pg.Pool
  readonly schema: string
  readonly retention: OutputRetention
  readonly ageing: OutputAgeing
  /** Returns true if the attempt was dispatched to the agent; null: nothing is known of the task (yet). */
  readonly isOfAgent: (agentId: string, taskId: string, attempt: number) => Promise<boolean | null>
  /** Returns the process of an agent that was linked last, at any gateway; `isFresh`: as the store has it now. Null: none is known. */
  readonly bootOf: (agentId: string, isFresh: boolean) => Promise<string | null>
  readonly logger: Logger
  readonly registry: Registry
}

export interface OutputIntake extends Running {
  /** Takes what an agent sent, or drops it where too much waits: the agent sends it again. Returns false if it was dropped for that reason. */
  take(source: OutputSource, output: AgentOutput): boolean
  /** A process of an agent has a link: its earlier processes send no more. */
  linked(agentId: string, bootId: string): void
}

interface Waiting {
  readonly source: OutputSource
  readonly part: OutputPart
}

/** Bytes that wait to be written, with what each message takes beside its text; beyond it, messages are dropped. */
const waitingBytesMost = 8 * 1024 * 1024
const messageOverheadBytes = 1024
/** Most of it that is of one agent: more than one sends ahead of its receipts, so that one which sends without end takes no room from the others. */
const ofAgentBytesMost = 1024 * 1024
/** Most that one transaction writes. */
const batchBytes = 1024 * 1024
const batchParts = 500
/** What comes within this time is written together. */
const gatherMs = 50
/** An agent of which so much waits may soon send no more before it has a receipt: nothing is gathered any longer. */
const muchBytes = outputLimits.unconfirmedBytes / 2
const lookEveryMs = 60_000
/** What was heard of a link longer ago than this is asked of the store: the database was away, and another gateway may have a newer one. */
const linkIsNewsMs = 2_000
const longestPauseMs = 5_000
/** Attempts that are known to be of their agents. */
const knownMost = 20_000

export function outputIntake(options: OutputIntakeOptions): OutputIntake {
  const intake = new BatchingIntake(options)
  intake.start()
  return intake
}

/** Writes one batch at a time, and rests after each as long as it took, because events have the database first. */
class BatchingIntake implements OutputIntake {
  readonly #options: OutputIntakeOptions
  readonly #metrics: ReturnType<typeof outputMetrics>
  readonly #stopping = new AbortController()
  readonly #known = new Set<string>()
  #waiting: Waiting[] = []
  #waitingBytes = 0
  readonly #waitingBytesOf = new Map<string, number>()
  /** Messages that were taken, and those of them that are written or dropped, since the start. */
  #taken = 0
  #done = 0
  /** By agent: the process that has the link, and what was taken before, which may be of an earlier one. */
  readonly #boots = new Map<string, { readonly bootId: string; readonly taken: number; readonly atMs: number }>()
  #days: OutputDays | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #wake = Promise.withResolvers<void>()
  #isMuch = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()

  constructor(options: OutputIntakeOptions) {
    this.#options = options
    this.#metrics = outputMetrics(options.registry, { waitingBytes: () => this.#waitingBytes, keptBytes: () => this.#days?.bytes ?? null })
  }

  start(): void {
    this.#running = this.#run()
  }

  take(source: OutputSource, output: AgentOutput): boolean {
    const part = outputPart(source.agentId, output)
    if (part === null) {
      this.#metrics.dropped('INVALID')
      return true
    }
    const bytes = bytesOf(part)
    const bytesOfAgent = (this.#waitingBytesOf.get(part.agentId) ?? 0) + bytes
    if (bytesOfAgent > ofAgentBytesMost || this.#waitingBytes + bytes > waitingBytesMost || this.#stopping.signal.aborted) {
      this.#metrics.dropped('OVERLOADED')
      return false
    }
    this.#count(part.agentId, bytes)
    this.#taken += 1
    this.#waiting.push({ source, part })
    this.#wake.resolve()
    if (bytesOfAgent >= muchBytes) this.#isMuch.resolve()
    return true
  }

  linked(agentId: string, bootId: string): void {
    this.#boots.set(agentId, { bootId, taken: this.#taken, atMs: performance.now() })
    this.#wake.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake.resolve()
    this.#isMuch.resolve()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#look([])
        await this.#endEarlierBoots()
        const begunAtMs = performance.now()
        await this.#writeBatch()
        failures = 0
        if (this.#waiting.length > 0) await pause(performance.now() - begunAtMs, signal)
      } catch (error) {
        failures += 1
        // Another instance may have dropped a day.
        this.#lookedAtMs = Number.NEGATIVE_INFINITY
        const { code } = asElvesError(error)
        const level = failures === 1 ? 'warn' : 'debug'
        this.#options.logger[level]({ err: error, code }, 'what runs print could not be written; agents send it again')
        await pause(Math.min(100 * 2 ** failures, longestPauseMs), signal)
      }
      if (this.#waiting.length === 0 && this.#boots.size === 0) await this.#idle()
    }
  }

  /** Waits for something to do, and a little longer for what comes with it, unless that is much already. */
  async #idle(): Promise<void> {
    const { signal } = this.#stopping
    const timer = setTimeout(() => this.#wake.resolve(), lookEveryMs).unref()
    await this.#wake.promise
    clearTimeout(timer)
    this.#wake = Promise.withResolvers<void>()
    if (signal.aborted) this.#wake.resolve()
    if (this.#waiting.length > 0) await within(gatherMs, this.#isMuch.promise, undefined)
    this.#isMuch = Promise.withResolvers<void>()
  }

  /** Looks at the partitions now and then, and where output is of a day that has none. */
  async #look(days: readonly number[]): Promise<OutputDays> {
    const { pool, schema, retention, ageing, logger } = this.#options
    const known = this.#days
    if (known && days.every((day) => known.days.has(day)) && performance.now() - this.#lookedAtMs < lookEveryMs) return known
    const found = await keepOutputDays({ pool, schema, retention, ageing, wanted: days })
    this.#lookedAtMs = performance.now()
    if (found.isFull && !known?.isFull)
      logger.warn({ bytes: found.bytes, most: retention.bytes }, 'the log of output is full; what runs print now is not kept')
    this.#days = found
    return found
  }

  async #endEarlierBoots(): Promise<void> {
    const due = [...this.#boots].filter(([, { taken }]) => taken <= this.#done)
    if (due.length === 0) return
    const { pool, schema, bootOf } = this.#options
    const boots: { readonly agentId: string; readonly bootId: string }[] = []
    for (const [agentId, { bootId, atMs }] of due) {
      const current = await bootOf(agentId, performance.now() - atMs > linkIsNewsMs)
      if (current === null || current === bootId) boots.push({ agentId, bootId })
    }
    await endOfEarlierBoots(pool, schema, boots)
    for (const [agentId, boot] of due) if (this.#boots.get(agentId) === boot) this.#boots.delete(agentId)
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#nextBatch()
    if (batch.length === 0) return
    try {
      const days = await this.#look([])
      const owned = await this.#owned(batch)
      if (days.isFull)
        refuse(
          owned.filter(({ part }) => part.cut !== 'CENTER'),
          false,
        )
      await this.#write(days.isFull ? owned.filter(({ part }) => part.cut === 'CENTER') : owned)
    } finally {
      this.#done += batch.length
      for (const { part } of batch) this.#count(part.agentId, -bytesOf(part))
    }
  }

  #count(agentId: string, bytes: number): void {
    this.#waitingBytes += bytes
    const left = (this.#waitingBytesOf.get(agentId) ?? 0) + bytes
    if (left > 0) this.#waitingBytesOf.set(agentId, left)
    else this.#waitingBytesOf.delete(agentId)
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return
    const { pool, schema, retention } = this.#options
    const known = this.#days ?? (await this.#look([]))
    const dated = batch.map(({ source, part }) => ({ source, part: { ...part, day: dayWithin(known, retention, part.day) } }))
    const { days } = await this.#look(dated.map(({ part }) => part.day))
    const kept = dated.filter(({ part }) => days.has(part.day))
    const reached =
      kept.length === 0
        ? []
        : await appendOutput(
            pool,
            schema,
            kept.map(({ part }) => part),
          )
    this.#metrics.written(kept.reduce((sum, { part }) => sum + part.bytes.length, 0))
    tell(kept, reached)
    // Of days that are dropped already.
    refuse(
      dated.filter(({ part }) => !days.has(part.day)),
      true,
    )
  }

  #nextBatch(): Waiting[] {
    let [count, bytes] = [0, 0]
    for (const { part } of this.#waiting) {
      if (count > 0 && (count === batchParts || bytes + part.bytes.length > batchBytes)) break
      count += 1
      bytes += part.bytes.length
    }
    return this.#waiting.splice(0, count)
  }

  /** Leaves out what is of another agent's attempt, or of a task that is not known (yet): it gets no receipt. */
  async #owned(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const owned: Waiting[] = []
    for (const one of batch) {
      const { agentId, taskId, attempt } = one.part
      const key = `${agentId}/${taskId}/${attempt}`
      const isOwned = this.#known.has(key) || (await this.#options.isOfAgent(agentId, taskId, attempt))
      if (isOwned === true) {
        this.#remember(key)
        owned.push(one)
      } else {
        this.#metrics.dropped(isOwned === null ? 'TASK_UNKNOWN' : 'NOT_ITS_TASK')
        if (isOwned === false) refuse([one], true)
      }
    }
    return owned
  }

  #remember(key: string): void {
    this.#known.delete(key)
    this.#known.add(key)
    const [oldest] = this.#known
    if (this.#known.size > knownMost && oldest !== undefined) this.#known.delete(oldest)
  }
}

function bytesOf(part: OutputPart): number {
  return part.bytes.length + messageOverheadBytes
}

function tell(batch: readonly Waiting[], reached: readonly (Reached | null)[]): void {
  const bySource = new Map<OutputSource, Map<string, OutputReach>>()
  for (const [index, { source, part }] of batch.entries()) {
    const at = reached[index]
    const { taskId, attempt } = part
    const reach = at
      ? { taskId, attempt, offset: at.offset, gap: at.isGap, ended: at.isEnded, refused: false }
      : { taskId, attempt, offset: 0, gap: false, ended: true, refused: true }
    const outputs = bySource.get(source) ?? new Map<string, OutputReach>()
    // The last one of an attempt tells all.
    outputs.set(`${taskId}/${attempt}`, reach)
    bySource.set(source, outputs)
  }
  for (const [source, outputs] of bySource) source.receipt([...outputs.values()])
}

/** The center keeps no more of these attempts; `isEnded`: nor does it want to hear of their end. */
function refuse(batch: readonly Waiting[], isEnded: boolean): void {
  for (const { source, part } of batch) {
    const { taskId, attempt } = part
    source.receipt([{ taskId, attempt, offset: 0, gap: false, ended: isEnded, refused: true }])
  }
}
