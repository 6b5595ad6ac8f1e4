import { readFileSync } from 'node:fs'
import { exitCodeOf, totalsOf } from './test-totals.ts'

/** `node tools/ci/totals.ts <vitest's JSON report> <its exit code>`: prints `N passed, N failed, N skipped` and exits with what that means. */
const [, , report = '', code = '1'] = process.argv
const totals = totalsOf(readFileSync(report, 'utf8'))
if (totals.skippedForKafka > 0) process.stderr.write(`failed: ${totals.skippedForKafka} tests need Kafka and were skipped; install Java\n`)
process.exitCode = exitCodeOf(totals, Number(code))
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
