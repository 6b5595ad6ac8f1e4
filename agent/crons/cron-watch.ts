import { readFile, stat } from 'node:fs/promises'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { type CronEntry, CronFileError, cronFileBytes, parseCronFile } from './cron-file.ts'

/** What the agent knows of its cron.json. */
export interface CronFile {
  /** Those of the last file that could be read; none where there is no file. */
  readonly entries: readonly CronEntry[]
  /** Why the file as it is now could not be read; null: nothing is wrong with it. */
  readonly error: string | null
}

export interface WatchCronFile {
  readonly path: string
  readonly timeZone: string
  readonly onChange: (file: CronFile) => void
  readonly logger: Logger
  /** How often it looks at the file. */
  readonly lookMs?: number
}

export interface WatchedCronFile extends Running {
  readonly file: CronFile
  /** Looks now. */
  look(): Promise<void>
}

/**
 * A file that changed less than this ago is read again at the next look, because it may change twice within one tick of the file
 * system's clock. If it is broken, it may be half written, so that is told at the next look.
 */
const settledMs = 2_000
const errorLength = 256

/**
 * Keeps what the file holds, however it is changed: written in place, replaced by a rename, or removed. It looks at the file's status
 * regularly: a notice of the kernel would be lost where a folder of the path is replaced or the file is a link.
 */
export async function watchCronFile({ path, timeZone, onChange, logger, lookMs = 1_000 }: WatchCronFile): Promise<WatchedCronFile> {
  let file: CronFile = { entries: [], error: null }
  /** The text that `file` was made from; null: there is none. */
  let taken: string | null = null
  /** A broken text that may be half written. */
  let suspect: string | null = null
  let settledMark: string | null = null
  let looking: Promise<void> | null = null
  let hasStarted = false
  await look()
  hasStarted = true
  const timer = setInterval(look, lookMs).unref()

  function look(): Promise<void> {
    looking ??= lookNow()
      .catch(fail)
      .finally(() => {
        looking = null
      })
    return looking
  }

  async function lookNow(): Promise<void> {
    const found = await stat(path, { bigint: true })
    const mark = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join()
    if (mark === settledMark) return
    if (!found.isFile()) throw new CronFileError('it is not a file')
    if (found.size > cronFileBytes) throw new CronFileError(`it has ${found.size} bytes, at most ${cronFileBytes} are allowed`)
    const isFresh = Math.abs(Date.now() - Number(found.ctimeMs)) < settledMs
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
    settledMark = isFresh ? null : mark
    if (text !== taken) take(text, isFresh)
  }

  function take(text: string, isFresh: boolean): void {
    try {
      const entries = parseCronFile(text, timeZone)
      taken = text
      become({ entries, error: null })
    } catch (error) {
      if (!(error instanceof CronFileError)) throw error
      if (isFresh && suspect !== text && hasStarted) suspect = text
      else {
        taken = text
        tellError(error.message)
      }
    }
  }

  function fail(error: unknown): void {
    settledMark = null
    taken = null
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tellError(error instanceof Error ? error.message : String(error))
    else if (file.entries.length > 0 || file.error !== null) become({ entries: [], error: null })
  }

  function tellError(message: string): void {
    const error = cutText(message.toWellFormed(), errorLength)
    if (file.error === error) return
    logger.error({ path, reason: error }, 'cron.json can not be read; the crons stay as they were')
    become({ entries: file.entries, error })
  }

  function become(next: CronFile): void {
    file = next
    if (next.error === null) {
      logger.info({ path, crons: next.entries.length }, 'took the crons of cron.json')
      for (const { told } of next.entries) if (told.error !== null) logger.error({ path, cron: told.id, reason: told.error }, 'a cron is broken')
    }
    if (hasStarted) onChange(next)
  }

  return {
    get file() {
      return file
    },
    look,
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
