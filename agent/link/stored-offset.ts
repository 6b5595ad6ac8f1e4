import { readFile } from 'node:fs/promises'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { replaceFile } from '../journal/journal-disk.ts'
import { ReadOffset } from './read-offset.ts'

export interface StoredOffsetOptions {
  readonly path: string
  /** The offset is valid only with this journal. A new journal does not know which of the old instructions have already run. */
  readonly journalId: string
  readonly topic: string
  readonly partition: number
  readonly logger: Logger
  /** Shortest time between two writes. */
  readonly writeIntervalMs?: number
}

/** A read offset that is kept in a file; `stop` writes its latest value. */
export interface StoredOffset extends Running {
  readonly offset: ReadOffset
  /** Resolves when the offset as it is now is in the file, or the failure to write it was logged. */
  write(): Promise<void>
}

/** If the file is missing, unreadable, or belongs to another journal or partition, the offset is unknown. */
export async function storedOffset(options: StoredOffsetOptions): Promise<StoredOffset> {
  const { path, journalId, topic, partition, logger, writeIntervalMs = 1_000 } = options
  const place = { journalId, topic, partition }
  let written = await readOffset(path, place)
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | null = null
  const offset = new ReadOffset(written, writeLater)

  /** Instructions never wait for this write. After a crash, some are read again, and the journal already has them. */
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
      logger.warn({ err, path }, 'the offset of the instructions that were read could not be saved; after a restart some are read again')
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
