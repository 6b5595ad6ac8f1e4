import type { Logger } from '@elves/core/foundation/log.ts'
import { type MessageWriter, writerForToday } from '@elves/schemas/codec/codec.ts'
import { outputLength } from '@elves/schemas/codec/value.ts'
import type { MessageTypes, ReportName } from '@elves/schemas/generated/catalog.ts'
import { bytesInFrame, frameBytes, frameHeaderBytes } from '@elves/schemas/link/protocol.ts'

/** A report before it has an id. */
export type NewReport = { readonly [Name in ReportName]: { readonly name: Name; readonly value: Omit<MessageTypes[Name], 'reportId'> } }[ReportName]

/** With more bytes of results in memory than this, the agent starts no other task. */
const fullBytes = 64 * 1024 * 1024

/** Reports without a receipt, in order. Each is sent once per session, and no more than the center allows without receipts. */
export class ReportOutbox {
  #nextId = 1
  #sent = new Map<number, NewReport>()
  #unsent = new Map<number, NewReport>()
  /** Those that can not be encoded for this session. */
  #aside = new Map<number, NewReport>()
  #writer = writerForToday
  #bytes = 0
  readonly #logger: Pick<Logger, 'error'>
  readonly #countsByAttempt = new Map<string, number>()

  constructor(logger: Pick<Logger, 'error'>) {
    this.#logger = logger
  }

  /** How many may still get a receipt in this session. */
  get size(): number {
    return this.#sent.size + this.#unsent.size
  }

  /** True while the unconfirmed results fill the memory that is meant for them. */
  get isFull(): boolean {
    return this.#bytes >= fullBytes
  }

  get hasUnsent(): boolean {
    return this.#unsent.size > 0
  }

  /** Id of the first report that was sent in this session and has no receipt. */
  get oldestSent(): number | null {
    return this.#sent.keys().next().value ?? null
  }

  add(report: NewReport): void {
    this.#unsent.set(this.#nextId++, report)
    this.#bytes += bytesOf(report)
    this.#count(report, 1)
  }

  /** Returns true if a report of the attempt has no receipt yet: it will reach the center without being added again. */
  hasReportOf(taskId: string, attempt: number): boolean {
    return this.#countsByAttempt.has(`${taskId}/${attempt}`)
  }

  /** Returns the next reports to send, encoded, at most one frame. One that can not be encoded is logged, and tried again in the next session. */
  next(maxUnreceipted: number): Uint8Array[] {
    const messages: Uint8Array[] = []
    let roomBytes = frameBytes - frameHeaderBytes
    for (const [id, report] of this.#unsent) {
      if (this.#sent.size >= maxUnreceipted) break
      const message = this.#encoded(id, report)
      if (!message) continue
      roomBytes -= bytesInFrame(message)
      if (roomBytes < 0 && messages.length > 0) break
      messages.push(message)
      this.#unsent.delete(id)
      this.#sent.set(id, report)
    }
    return messages
  }

  /** Makes all reports unsent: a new session has sent none of them. */
  restart(writer: MessageWriter): void {
    this.#writer = writer
    this.#unsent = new Map([...this.#aside, ...this.#sent, ...this.#unsent])
    this.#aside = new Map()
    this.#sent = new Map()
  }

  /** Removes and returns the reports that are durable at the center now; ignores unknown ids. */
  receipt(reportIds: readonly number[]): NewReport[] {
    const receipted: NewReport[] = []
    for (const id of reportIds) {
      const report = this.#sent.get(id)
      if (!report) continue
      this.#sent.delete(id)
      this.#bytes -= bytesOf(report)
      this.#count(report, -1)
      receipted.push(report)
    }
    return receipted
  }

  #encoded(id: number, report: NewReport): Uint8Array | null {
    try {
      return encodeReport(id, report, this.#writer)
    } catch (error) {
      this.#logger.error({ err: error, report: report.name }, 'a report can not be encoded; it is set aside until the next session')
      this.#unsent.delete(id)
      this.#aside.set(id, report)
      return null
    }
  }

  #count(report: NewReport, change: number): void {
    // The outcome of a processing says nothing of whether the attempt's end is on its way.
    if (!('attempt' in report.value) || report.name === 'AttemptProcessing') return
    const key = `${report.value.taskId}/${report.value.attempt}`
    const count = (this.#countsByAttempt.get(key) ?? 0) + change
    if (count > 0) this.#countsByAttempt.set(key, count)
    else this.#countsByAttempt.delete(key)
  }
}

/** Rough size in memory; short reports count as 0. */
function bytesOf(report: NewReport): number {
  if (report.name !== 'AttemptEnded') return 0
  const { output, failure } = report.value
  return 512 + outputLength(output) + (failure?.message.length ?? 0)
}

/** A center that does not know the message refuses it in today's version: nothing is lost until it has been upgraded. */
function encodeReport(reportId: number, { name, value }: NewReport, writer: MessageWriter): Uint8Array {
  const chosen: { encode(name: ReportName, value: object): Uint8Array } = writer.canWrite(name) ? writer : writerForToday
  return chosen.encode(name, { ...value, reportId })
}
