import { existsSync, readFileSync } from 'node:fs'
import { exitCodeOf, sumOf, totalsOf } from './test-totals.ts'

/**
 * `node tools/ci/totals.ts EXIT_CODE REPORT...`: EXIT_CODE is the first failure of vitest's runs, REPORT a JSON report of each.
 * Prints `N passed, N failed, N skipped` over all reports and exits with what that means. A report that is not there counts as empty.
 */
const [code = '1', ...reports] = process.argv.slice(2)
const totals = sumOf(reports.map((report) => totalsOf(existsSync(report) ? readFileSync(report, 'utf8') : '')))
if (totals.skippedForKafka > 0) process.stderr.write(`failed: ${totals.skippedForKafka} tests need Kafka and were skipped; install Java\n`)
process.exitCode = exitCodeOf(totals, Number(code))
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
