import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip, createGzip } from 'node:zlib'
import type { RawEvent } from '@elves/core/eventing/postgres/event-copy.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { type BackupHeader, contentOf, endLine, eventLine, headerLine, headerOf, invalid, LineChecksum } from './backup-lines.ts'

/** What `checkBackup` reads from a whole backup file. */
export interface BackupContent {
  readonly header: BackupHeader
  /** The header line as it stands in the file, for the checksum. */
  readonly firstLine: string
  readonly sha256: string
}

/** No valid line is longer. The limit keeps a file without line breaks from filling the memory. */
const longestLine = 16 * 1024 * 1024

/**
 * Writes a backup, whole or not at all: writes and syncs a draft, then renames it. Only its owner may read it. Asks the
 * generator for the next page when there is room for it.
 */
export async function writeBackup(
  path: string,
  header: BackupHeader,
  pages: AsyncIterable<readonly RawEvent[]>,
  signal: AbortSignal,
): Promise<string> {
  const draft = `${path}.part`
  const checksum = new LineChecksum()
  async function* lines(): AsyncGenerator<string> {
    yield checksum.add(headerLine(header))
    let events = 0
    for await (const page of pages) {
      events += page.length
      yield checksum.add(page.map(eventLine).join(''))
    }
    yield endLine({ events, sha256: checksum.digest() })
  }
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }), { signal })
    await rename(draft, path)
    await syncFolder(dirname(resolve(path)))
  } catch (error) {
    await rm(draft, { force: true })
    throw startError(error, draft)
  }
  return checksum.digest()
}

/** Reads a backup to its end and proves that it is whole. Throws BACKUP_INVALID. */
export async function checkBackup(path: string, onEvents: (events: number, total: number) => void, signal: AbortSignal): Promise<BackupContent> {
  let header: BackupHeader | null = null
  let firstLine = ''
  let sha256: string | null = null
  const checksum = new LineChecksum()
  let position = 0
  for await (const line of linesOf(path, signal)) {
    if (sha256 !== null) throw invalid('something follows its end')
    if (header === null) {
      header = headerOf(line)
      firstLine = checksum.add(`${line}\n`)
      continue
    }
    const content = contentOf(line)
    if ('end' in content) {
      sha256 = checksum.digest()
      const { end } = content
      if (end.sha256 !== sha256) throw invalid('its checksum is another one: it was altered')
      if (end.events !== position || header.events !== position) throw invalid(`it has ${position} events, and says that there are ${header.events}`)
      continue
    }
    checksum.add(`${line}\n`)
    if (content.position !== position + 1) throw invalid(`event ${content.position} follows event ${position}`)
    position = content.position
    if (position % 1_000 === 0) onEvents(position, header.events)
  }
  if (header === null) throw invalid('it is empty')
  if (sha256 === null) throw invalid('it ends before its end: it was cut off')
  return { header, firstLine, sha256 }
}

/** Returns the events of a checked backup, a page at a time. */
export async function* backedUpEvents(path: string, signal: AbortSignal): AsyncGenerator<readonly RawEvent[]> {
  const pageBytes = 4 * 1024 * 1024
  const pageEvents = 2_000
  let page: RawEvent[] = []
  let bytes = 0
  let isHeader = true
  for await (const line of linesOf(path, signal)) {
    const content = isHeader ? null : contentOf(line)
    isHeader = false
    if (content === null || 'end' in content) continue
    page.push(content)
    bytes += line.length
    if (bytes < pageBytes && page.length < pageEvents) continue
    yield page
    page = []
    bytes = 0
  }
  if (page.length > 0) yield page
}

async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const unzipped = createGunzip()
  const reading = pipeline(createReadStream(path), unzipped, { signal, end: true })
  // An error while reading also ends the loop below.
  reading.catch(() => undefined)
  const decoder = new StringDecoder('utf8')
  let begun = ''
  try {
    for await (const chunk of unzipped) {
      const lines = (begun + decoder.write(chunk as Buffer)).split('\n')
      begun = lines.pop() ?? ''
      if (begun.length > longestLine) throw invalid('a line of it is too long')
      yield* lines
    }
    await reading
  } catch (error) {
    throw readError(error, path)
  }
  if (begun !== '') throw invalid('its last line is not whole: it was cut off')
}

/** Names zlib's errors for a file that is no gzip or is cut off. Other errors get the path, which the system omits for a folder. */
function readError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'Z_BUF_ERROR') return invalid('it ends before its end: it was cut off', error)
  return code.startsWith('Z_') ? invalid('it is no gzip file, or it was altered', error) : startError(error, path)
}
