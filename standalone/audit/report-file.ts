import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type PeriodReport, PeriodReporter, type ReportPeriod } from '@elves/core/audit/period-report.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { syncFolder } from '@elves/core/foundation/folders.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { databaseOfTool } from '../database-of-tool.ts'
import type { ToolGround } from '../tool-process.ts'
import { htmlReport, plainReport } from './report-forms.ts'
import { reportText } from './report-lines.ts'
import { textsOf } from './report-names.ts'

const eventsAtOnce = 5_000

/** Reads the log from its beginning up to where the period ends. */
export async function readPeriod(
  store: Pick<EventStore, 'readAll' | 'head'>,
  period: ReportPeriod,
  { signal, onProgress }: Partial<Pick<ToolGround, 'signal' | 'onProgress'>> = {},
): Promise<PeriodReport> {
  const reporter = new PeriodReporter(period)
  const head = await store.head()
  let from: Position | null = null
  let done = 0
  while (from === null || from < head) {
    signal?.throwIfAborted()
    const events = await store.readAll({ from, direction: 'forwards', limit: eventsAtOnce })
    const last = events.at(-1)
    if (!last) break
    reporter.take(events.filter(({ position }) => position <= head))
    from = last.position
    done += events.length
    onProgress?.(done, null)
  }
  return reporter.report()
}

export interface ReportToFile extends ToolGround {
  readonly file: string
  readonly period: ReportPeriod
  readonly format: 'text' | 'html'
  readonly language: 'en' | 'zh'
  readonly databaseUrl: string | undefined
}

/** Writes who could do what, and who did what, into a new file, whole or not at all; returns how many events it is about. Throws FILE_EXISTS. */
export async function reportToFile({ file, period, format, language, databaseUrl, ...ground }: ReportToFile): Promise<number> {
  const { settings, logger, stack } = ground
  const path = resolve(file)
  if (existsSync(path)) throw new ElvesError('FILE_EXISTS', `${path} is there already; name a new file.`, { facts: { path } })
  const database = stack.use('database', await databaseOfTool({ databaseUrl, settings, logger }))
  const store = await openEventStore({ settings: { ...settings, ELVES_DATABASE_URL: database.url }, logger })
  stack.defer('event store', () => store.close())
  const report = await readPeriod(store, period, ground)
  const open = await textsOf([...report.state.users.values()], database.url, settings)
  const text = reportText(report, language === 'zh' ? 'ZH' : 'EN', open)
  const draft = `${path}.part`
  try {
    await writeFile(draft, format === 'html' ? htmlReport(text, language) : plainReport(text), { mode: 0o600, flush: true })
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw startError(error, draft)
  }
  return report.events
}
