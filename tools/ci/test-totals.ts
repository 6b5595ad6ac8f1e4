export interface TestTotals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** The skipped tests that say they need Kafka and did not find it (tests/support/kafka.ts). CI must have Kafka. */
  readonly skippedForKafka: number
}

interface Report {
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly Assertion[] }[]
}

interface Assertion {
  readonly status: string
  readonly fullName?: string
}

const none: TestTotals = { passed: 0, failed: 0, skipped: 0, skippedForKafka: 0 }
const kafkaMark = '(needs Kafka: '

/** Counts vitest's JSON report (empty if the tests did not run). A file that could not be run counts as one failure. */
export function totalsOf(text: string): TestTotals {
  if (text.trim() === '') return none
  const { testResults } = JSON.parse(text) as Report
  const statuses = testResults.flatMap(({ status, assertionResults }) => {
    const each = assertionResults.map((result) => result.status)
    return status === 'failed' && !each.includes('failed') ? [...each, 'failed'] : each
  })
  const count = (wanted: (status: string) => boolean) => statuses.filter(wanted).length
  const skippedForKafka = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, fullName }) => isSkipped(status) && fullName?.includes(kafkaMark)).length
  return {
    passed: count((status) => status === 'passed'),
    failed: count((status) => status === 'failed'),
    skipped: count(isSkipped),
    skippedForKafka,
  }
}

/** Adds up the totals of several runs. */
export function sumOf(totals: readonly TestTotals[]): TestTotals {
  return totals.reduce(
    (sum, run) => ({
      passed: sum.passed + run.passed,
      failed: sum.failed + run.failed,
      skipped: sum.skipped + run.skipped,
      skippedForKafka: sum.skippedForKafka + run.skippedForKafka,
    }),
    none,
  )
}

function isSkipped(status: string): boolean {
  return status !== 'passed' && status !== 'failed'
}

/** 0 only if a test passed, none failed, none was skipped for lack of Kafka, and vitest returns 0 (it also counts errors outside of tests). */
export function exitCodeOf({ passed, failed, skippedForKafka }: TestTotals, vitestCode: number): number {
  if (vitestCode !== 0) return vitestCode
  return failed === 0 && passed > 0 && skippedForKafka === 0 ? 0 : 1
}
