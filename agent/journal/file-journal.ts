import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { encodeBatch, readBatches } from './batch.ts'
import type { AttemptEnd, DroppedBatch, FiredCron, Journal, JournalEntry, NewProcessing, ProcessingEntry, ProcessingOutcome } from './journal.ts'
import { type JournalDisk, journalDisk, openReplacement, replaceFile } from './journal-disk.ts'
import { applyRecord, attemptKey, forgetSettled, isLived, type JournalState, journalState, recordsOfState } from './journal-state.ts'
import type { JournalRecord } from './record.ts'

export interface FileJournalOptions {
  readonly path: string
  /** How long after its `notAfter` the id of a settled attempt is kept. */
  readonly taskMarginMs: number
  readonly logger: Logger
  readonly disk?: JournalDisk
  /** The file is rewritten when it is larger than this and larger than 4 times its size after the last rewrite. */
  readonly rewriteBytes?: number
  /** Pause before a failed write is tried again. */
  readonly retryMs?: number
}

/**
 * OPTIONAL: if the write fails, the record is dropped and the caller gets the error. OWED: the write is tried again
 * until it succeeds. LAZY: like OWED, but it does not cause a sync.
 */
type Urgency = 'OPTIONAL' | 'OWED' | 'LAZY'

interface Pending {
  /** They are in one batch: all of them are in the journal, or none is. */
  readonly records: readonly JournalRecord[]
  readonly urgency: Urgency
  readonly undo: () => void
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const recordsPerBatch = 256
const rewriteBytes = 1024 * 1024

/**
 * A journal in an append-only file. One sync covers all records that gathered during the previous one. Throws
 * DATA_FOLDER_DAMAGED if the file is broken; cuts off a torn tail. The caller makes sure that no other process has the
 * file open.
 */
export async function fileJournal(options: FileJournalOptions): Promise<Journal> {
  const { path, logger } = options
  const file = await readOrCreate(path)
  const { records, length } = readBatches(file)
  const first = records[0]
  if (first?.type !== 'created') throw new ElvesError('DATA_FOLDER_DAMAGED', `${path} is not a journal; move it away to start with a new one`)
  const state = journalState()
  for (const record of records) applyRecord(state, record)
  const handle = await open(path, 'r+', 0o600)
  if (length < file.length) {
    logger.warn({ path, cutBytes: file.length - length }, 'cut off the torn tail of the journal: it was never told to be durable')
    await handle.truncate(length)
  }
  // Syncs what an earlier process may have written without a sync, because later batches declare it durable.
  await handle.datasync()
  return new FileJournal(options, first.journalId, state, handle, length)
}

async function readOrCreate(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const batch = encodeBatch([{ type: 'created', journalId: randomBytes(16).toString('hex') }], 0)
  await replaceFile(path, [batch])
  return batch
}

class FileJournal implements Journal {
  readonly journalId: string
  readonly #options: FileJournalOptions
  readonly #disk: JournalDisk
  readonly #state: JournalState
  #handle: FileHandle
  /** Length of the file's whole batches, in bytes. */
  #length: number
  #synced: number
  #rewriteAt: number
  #pending: Pending[] = []
  #flushing: Promise<void> | null = null
  #isClosing = false
  #wake: () => void = () => {}

  constructor(options: FileJournalOptions, journalId: string, state: JournalState, handle: FileHandle, length: number) {
    this.#options = options
    this.#disk = options.disk ?? journalDisk
    this.journalId = journalId
    this.#state = state
    this.#handle = handle
    this.#length = length
    this.#synced = length
    this.#rewriteAt = options.rewriteBytes ?? rewriteBytes
  }

  find(taskId: string, attempt: number): JournalEntry | undefined {
    return this.#state.entries.get(attemptKey(taskId, attempt))
  }

  isSettled(taskId: string, attempt: number): boolean {
    return this.#state.settled.has(attemptKey(taskId, attempt))
  }

  open(): readonly JournalEntry[] {
    return [...this.#state.entries.values()]
  }

  accept(task: RunTask, at: number): Promise<void> {
    const key = attemptKey(task.taskId, task.attempt)
    return this.#append({ type: 'accepted', task, at }, 'OPTIONAL', () => this.#unaccept(key))
  }

  /** Keeps the entry if the attempt has ended meanwhile: its end must still be written. */
  #unaccept(key: string): void {
    if (this.#state.entries.get(key)?.end === null) this.#state.entries.delete(key)
  }

  fire(task: RunTask, cron: FiredCron, since: number, at: number): Promise<void> {
    return this.#append({ type: 'fired', task, cron, since, at }, 'OPTIONAL', () => this.#unaccept(attemptKey(task.taskId, task.attempt)))
  }

  hasLived(instant: number): boolean {
    return isLived(this.#state, instant)
  }

  drop(taskId: string, attempt: number, batch: number): Promise<void> {
    return this.#append({ type: 'dropped', taskId, attempt, batch }, 'OWED')
  }

  drops(): readonly DroppedBatch[] {
    return [...this.#state.drops.values()]
  }

  get lastDropsTold(): number {
    return this.#state.dropsTold
  }

  dropsTold(batch: number): void {
    void this.#append({ type: 'dropsTold', batch }, 'LAZY')
  }

  start(taskId: string, attempt: number, at: number): Promise<void> {
    const key = attemptKey(taskId, attempt)
    return this.#append({ type: 'starting', taskId, attempt, at }, 'OPTIONAL', () => {
      const entry = this.#state.entries.get(key)
      if (entry && entry.end === null) this.#state.entries.set(key, { ...entry, startingAt: null })
    })
  }

  end(end: AttemptEnd, notAfter: number, processing: NewProcessing | null = null): Promise<void> {
    const entry = this.find(end.taskId, end.attempt)
    const { acceptedAt = null, startingAt = null } = entry ?? {}
    return this.#appendAll([{ type: 'ended', end, notAfter, acceptedAt, startingAt }, ...processingRecords(end, processing)], 'OWED')
  }

  receipt(taskId: string, attempt: number): void {
    const entry = this.find(taskId, attempt)
    if (!entry?.end) return
    void this.#append({ type: 'settled', taskId, attempt, until: entry.notAfter + this.#options.taskMarginMs }, 'LAZY')
  }

  forget(centerNowMs: number): void {
    forgetSettled(this.#state, centerNowMs)
  }

  findProcessing(taskId: string, attempt: number): ProcessingEntry | undefined {
    return this.#state.processing.get(attemptKey(taskId, attempt))
  }

  processing(): readonly ProcessingEntry[] {
    return [...this.#state.processing.values()]
  }

  called(taskId: string, attempt: number, calls: number): void {
    void this.#append({ type: 'called', taskId, attempt, calls }, 'LAZY')
  }

  processed(taskId: string, attempt: number, outcome: ProcessingOutcome): Promise<void> {
    const isUntold = this.findProcessing(taskId, attempt)?.isUntold
    return this.#append(isUntold ? { type: 'told', taskId, attempt } : { type: 'processed', taskId, attempt, ...outcome }, 'OWED')
  }

  processingReceipt(taskId: string, attempt: number): void {
    if (this.findProcessing(taskId, attempt)?.outcome) void this.#append({ type: 'told', taskId, attempt }, 'LAZY')
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#wake()
    await this.#flushing
    await this.#handle.close()
  }

  #append(record: JournalRecord, urgency: Urgency, undo?: () => void): Promise<void> {
    return this.#appendAll([record], urgency, undo)
  }

  #appendAll(records: readonly JournalRecord[], urgency: Urgency, undo = () => {}): Promise<void> {
    for (const record of records) applyRecord(this.#state, record)
    return new Promise((resolve, reject) => {
      this.#pending.push({ records, urgency, undo, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  async #flush(): Promise<void> {
    // Waits one turn of the event loop, so that records from one frame share a sync.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, recordsPerBatch)
      try {
        await this.#write(batch)
      } catch (error) {
        if (!(await this.#recover(batch, error))) break
      }
      if (this.#length > this.#rewriteAt) await this.#rewrite()
    }
    this.#flushing = null
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    const bytes = encodeBatch(
      batch.flatMap(({ records }) => records),
      this.#synced,
    )
    await this.#disk.write(this.#handle.fd, bytes, this.#length)
    if (batch.some(({ urgency }) => urgency !== 'LAZY')) {
      await this.#disk.sync(this.#handle.fd)
      this.#synced = this.#length + bytes.length
    }
    this.#length += bytes.length
    for (const { resolve } of batch) resolve()
  }

  /** Cuts off what was written of the batch before any caller learns that it failed. Returns false if the journal closes meanwhile. */
  async #recover(batch: readonly Pending[], cause: unknown): Promise<boolean> {
    this.#options.logger.error({ err: cause }, 'the journal could not be written; tasks are refused until it can')
    while (!(await this.#cutOff())) {
      if (this.#isClosing) return false
      await this.#pause()
    }
    const owed = batch.filter(({ urgency }) => urgency !== 'OPTIONAL')
    this.#pending.unshift(...owed)
    const message = `the agent could not write its journal: ${cause instanceof Error ? cause.message : String(cause)}`
    for (const pending of batch) {
      if (pending.urgency !== 'OPTIONAL') continue
      pending.undo()
      pending.reject(new ElvesError('JOURNAL_FAILED', message, { cause, canRetry: true }))
    }
    if (owed.length > 0) await this.#pause()
    return !this.#isClosing
  }

  async #cutOff(): Promise<boolean> {
    try {
      await this.#disk.truncate(this.#handle.fd, this.#length)
      await this.#disk.sync(this.#handle.fd)
      this.#synced = this.#length
      return true
    } catch (err) {
      this.#options.logger.error({ err }, 'the journal could not be cut back after a failed write; trying again')
      return false
    }
  }

  #pause(): Promise<void> {
    if (this.#isClosing) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs ?? 1000)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Writes the state to a new file. Pending records are part of the state and become durable with it. Only the flush calls it. */
  async #rewrite(): Promise<void> {
    const { path, logger } = this.#options
    const covered = this.#pending.splice(0)
    try {
      const handle = await openReplacement(path, batchesOf([{ type: 'created', journalId: this.journalId }, ...recordsOfState(this.#state)]))
      await this.#handle.close()
      this.#handle = handle
    } catch (err) {
      this.#pending.unshift(...covered)
      // The cause is probably temporary, so the next try comes after a fixed number of bytes and is not put off more each time.
      this.#rewriteAt = this.#length + (this.#options.rewriteBytes ?? rewriteBytes)
      logger.warn({ err }, 'the journal could not be made shorter; the agent goes on with the long one')
      return
    }
    this.#length = (await this.#handle.stat()).size
    this.#synced = this.#length
    this.#rewriteAt = Math.max(this.#options.rewriteBytes ?? rewriteBytes, 4 * this.#length)
    while (!(await this.#syncFolder()) && !this.#isClosing) await this.#pause()
    for (const { resolve } of covered) resolve()
  }

  /** Without this sync, a power cut could bring back the old file, which lacks everything written from now on. */
  async #syncFolder(): Promise<boolean> {
    try {
      await syncFolder(dirname(this.#options.path))
      return true
    } catch (err) {
      this.#options.logger.error({ err }, 'the folder of the journal could not be synced; trying again')
      return false
    }
  }
}

function processingRecords(end: AttemptEnd, processing: NewProcessing | null): readonly JournalRecord[] {
  if (processing === null) return []
  if ('task' in processing) return [{ type: 'result', task: processing.task, end }]
  const outcome = { state: 'FAILED', at: end.happenedAt, calls: 0, error: processing.refusal, answer: null } as const
  return [{ type: 'processed', taskId: end.taskId, attempt: end.attempt, ...outcome }]
}

function* batchesOf(records: readonly JournalRecord[]): Generator<Buffer> {
  let offset = 0
  for (let index = 0; index < records.length; index += recordsPerBatch) {
    const batch = encodeBatch(records.slice(index, index + recordsPerBatch), offset)
    offset += batch.length
    yield batch
  }
}
