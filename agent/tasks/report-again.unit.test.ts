import { expect, test } from 'vitest'
import type { JournalEntry } from '../journal/journal.ts'
import type { NewReport } from '../link/report-outbox.ts'
import { interrupted } from '../runner/run-end.ts'
import type { RunEnd } from '../runner/worker-call.ts'
import { cancelledUnstarted, expired } from './attempt-ends.ts'
import { reportAgain } from './report-again.ts'
import { said } from './test-runner.ts'

const cancelledRun: RunEnd = { ...cancelledUnstarted, killed: 'VERIFIED' }

function reportsOf(end: RunEnd | null, hasReportOf = false): string[] {
  const id = { taskId: 'T', attempt: 1 }
  const entry: JournalEntry = {
    ...id,
    notAfter: 9,
    task: null,
    cron: null,
    acceptedAt: 1,
    startingAt: 2,
    end: end && { ...id, happenedAt: 3, ...end, processing: false },
  }
  const reports: NewReport[] = []
  reportAgain({ report: (report) => reports.push(report), hasReportOf: () => hasReportOf }, entry)
  return reports.map(({ name }) => name)
}

test.each([
  ['is still under way', null, ['AttemptAcknowledged', 'AttemptStarted']],
  ['ran to its end', said, ['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']],
  ['was cancelled as it ran', cancelledRun, ['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']],
  ['was interrupted, whether it ran or not', interrupted(null), ['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']],
  ['was refused after the note that it starts', expired(), ['AttemptAcknowledged', 'AttemptEnded']],
  ['was cancelled after the note that it starts, and never did', cancelledUnstarted, ['AttemptAcknowledged', 'AttemptEnded']],
] as const)('reports again all of an attempt that %s', (_what, end, reports) => {
  expect(reportsOf(end)).toEqual(reports)
})

test('reports nothing again that is on its way', () => {
  expect(reportsOf(said, true)).toEqual([])
})
