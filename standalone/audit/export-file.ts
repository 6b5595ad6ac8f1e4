import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csvHead, csvRow } from '@elves/core/audit/export-csv.ts'
import { type ExportRange, exportLog } from '@elves/core/audit/export-log.ts'
import { type ExportRecord, isEventRecord, ndjsonLine } from '@elves/core/audit/export-records.ts'
import { logTree } from '@elves/core/audit/tree-tables.ts'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { eventingSchema } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { boundQueries } from '@elves/core/read-models/read-model.ts'
import { databaseOfTool } from '../database-of-tool.ts'
import type { ToolGround } from '../tool-process.ts'

export interface ExportToFile extends ToolGround {
  readonly file: string
  readonly range: ExportRange
  readonly format: 'ndjson' | 'csv'
  readonly databaseUrl: string | undefined
}

/** Exports the log into a new file, whole or not at all; returns how many events are in it. Throws FILE_EXISTS, LOG_TREE_MISSING. */
export async function exportToFile({ file, range, format, databaseUrl, settings, logger, stack, signal, onProgress }: ExportToFile): Promise<number> {
  const path = resolve(file)
  if (existsSync(path)) throw new ElvesError('FILE_EXISTS', `${path} is there already; name a new file.`, { facts: { path } })
  const database = stack.use('database', await databaseOfTool({ databaseUrl, settings, logger }))
  const store = await openEventStore({ settings: { ...settings, ELVES_DATABASE_URL: database.url }, logger })
  stack.defer('event store', () => store.close())
  const pool = plainPool(database.url, 2)
  stack.defer('pool', () => pool.end())
  const records = exportLog(boundQueries(logTree.queries, pool, eventingSchema), store, range)
  let events = 0
  let [first, next] = [0, 0]
  async function* lines(): AsyncGenerator<string> {
    if (format === 'csv') yield `${csvHead}\n`
    for await (const some of records) {
      for (const record of some) {
        if ('export' in record) [first, next] = [record.export.first, record.export.next]
        if (isEventRecord(record)) events += 1
      }
      onProgress(events, next - first)
      yield some.map((record) => `${lineOf(record)}\n`).join('')
    }
  }
  const lineOf = (record: ExportRecord) => (format === 'csv' ? csvRow(record) : ndjsonLine(record))
  const draft = `${path}.part`
  try {
    await pipeline(Readable.from(lines(), { objectMode: false }), createWriteStream(draft, { mode: 0o600, flush: true }), { signal })
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw startError(error, draft)
  }
  return events
}

/** Yields the lines of a file, without their ends. Only a line feed ends a line: texts may have other separators. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let begun: Buffer[] = []
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    let rest = chunk as Buffer
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield begun.length === 0 ? rest.toString('utf8', 0, end) : Buffer.concat([...begun, rest.subarray(0, end)]).toString()
      begun = []
      rest = rest.subarray(end + 1)
    }
    if (rest.length > 0) begun.push(rest)
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString()
}
