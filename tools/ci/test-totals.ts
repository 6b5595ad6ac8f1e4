export interface TestTotals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Report {
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[]
}

/** Counts vitest's JSON report (empty where the tests did not run). A file that could not be run at all is one failure. */
export function totalsOf(text: string): TestTotals {
  if (text.trim() === '') return { passed: 0, failed: 0, skipped: 0 }
  const { testResults } = JSON.parse(text) as Report
  const statuses = testResults.flatMap(({ status, assertionResults }) => {
    const each = assertionResults.map((result) => result.status)
    return status === 'failed' && !each.includes('failed') ? [...each, 'failed'] : each
  })
  const count = (wanted: (status: string) => boolean) => statuses.filter(wanted).length
  return {
    passed: count((status) => status === 'passed'),
    failed: count((status) => status === 'failed'),
    skipped: count((status) => status !== 'passed' && status !== 'failed'),
  }
}

/** 0 only where something passed, nothing failed, and vitest itself is content (it also counts errors outside of tests). */
export function exitCodeOf({ passed, failed }: TestTotals, vitestCode: number): number {
  if (vitestCode !== 0) return vitestCode
  return failed === 0 && passed > 0 ? 0 : 1
}
