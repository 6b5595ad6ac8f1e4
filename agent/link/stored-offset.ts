import { readFile } from 'node:fs/promises'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { replaceFile } from '../journal/journal-disk.ts'
import { ReadOffset } from './read-offset.ts'

export interface StoredOffsetOptions {
  readonly path: string
  /** It counts only together with this journal: under a new one, what was sent to the old one may have run already. */
  readonly journalId: string
  readonly topic: string
  readonly partition: number
  readonly logger: Logger
  /** Between two writes, at least. */
  readonly writeIntervalMs?: number
}

/** A read offset that is kept in a file; `stop` writes it as far as it is. */
export interface StoredOffset extends Running {
  readonly offset: ReadOffset
  /** Resolves when it is in the file as far as it is now, or could not be written: that is logged. */
  write(): Promise<void>
}

/** A file that is missing, unreadable, or of another journal or partition counts as "nothing is known". */
export async function storedOffset(options: StoredOffsetOptions): Promise<StoredOffset> {
  const { path, journalId, topic, partition, logger, writeIntervalMs = 1_000 } = options
  const place = { journalId, topic, partition }
  let written = await readOffset(path, place)
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | null = null
  const offset = new ReadOffset(written, writeLater)

  /** Never on the way of an instruction: what a crash leaves unwritten is read again, and the journal knows it. */
  function writeLater(): void {
    if (timer || writing) return
    timer = setTimeout(() => {
      timer = undefined
      void write()
    }, writeIntervalMs).unref()
  }

  function write(): Promise<void> {
    writing ??= writeNow().finally(() => {
      writing = null
      if (offset.next !== written) writeLater()
    })
    return writing
  }

  async function writeNow(): Promise<void> {
    const { next } = offset
    if (next === null || next === written) return
    try {
      await replaceFile(path, [Buffer.from(`${JSON.stringify({ ...place, offset: String(next) })}\n`)])
      written = next
    } catch (err) {
      logger.warn({ err, path }, 'how far instructions were read could not be written; after a restart some are read again')
    }
  }

  async function writeAll(): Promise<void> {
    await writing
    await write()
  }

  return {
    offset,
    write: writeAll,
    async stop() {
      await writeAll()
      clearTimeout(timer)
    },
  }
}

async function readOffset(path: string, place: { readonly journalId: string; readonly topic: string; readonly partition: number }) {
  try {
    const { journalId, topic, partition, offset } = JSON.parse(await readFile(path, 'utf8'))
    const isOfPlace = journalId === place.journalId && topic === place.topic && partition === place.partition
    return isOfPlace && typeof offset === 'string' && /^\d+$/.test(offset) ? BigInt(offset) : null
  } catch {
    return null
  }
}
