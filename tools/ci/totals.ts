import { existsSync, readFileSync } from 'node:fs'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { exitCodeOf, sumOf, totalsOf } from './test-totals.ts'

const meaning = 'Prints `N passed, N failed, N skipped` over all reports and exits with what that means.'
const [code = '1', ...reports] = commandLine('node tools/ci/totals.ts', meaning)
  .argument('<code>', "the first failure of vitest's runs")
  .argument('[report...]', 'a JSON report of each; one that is not there counts as empty')
  .parse().args
const totals = sumOf(reports.map((report) => totalsOf(existsSync(report) ? readFileSync(report, 'utf8') : '')))
if (totals.skippedForKafka > 0) process.stderr.write(`failed: ${totals.skippedForKafka} tests need Kafka and were skipped; install Java\n`)
process.exitCode = exitCodeOf(totals, Number(code))
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
