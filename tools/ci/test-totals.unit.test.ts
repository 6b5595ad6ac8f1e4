import { expect, test } from 'vitest'
import { exitCodeOf, sumOf, totalsOf } from './test-totals.ts'

const file = (status: string, ...results: string[]) => ({ status, assertionResults: results.map((result) => ({ status: result })) })

test('counts tests, and a file that could not be loaded as one failure', () => {
  const report = { testResults: [file('passed', 'passed', 'pending'), file('failed', 'passed', 'failed'), file('failed')] }
  expect(totalsOf(JSON.stringify(report))).toEqual({ passed: 2, failed: 2, skipped: 1, skippedForKafka: 0 })
})

test('is green only where something passed and nothing else went wrong', () => {
  const totals = { passed: 1, failed: 0, skipped: 0, skippedForKafka: 0 }
  expect(exitCodeOf(totals, 0)).toBe(0)
  expect(exitCodeOf(totals, 1)).toBe(1)
  expect(exitCodeOf({ ...totals, failed: 1 }, 0)).toBe(1)
  expect(exitCodeOf(totalsOf(''), 0)).toBe(1)
})

test('is red where a test was skipped because there is no Kafka', () => {
  const skipped = { status: 'skipped', fullName: 'the Kafka transport (needs Kafka: there is no java) carries records' }
  const report = { testResults: [{ status: 'passed', assertionResults: [{ status: 'passed', fullName: 'another' }, skipped] }] }
  const totals = totalsOf(JSON.stringify(report))
  expect(totals).toEqual({ passed: 1, failed: 0, skipped: 1, skippedForKafka: 1 })
  expect(exitCodeOf(totals, 0)).toBe(1)
})

test('adds up the runs; a run without a report adds nothing', () => {
  const run = totalsOf(JSON.stringify({ testResults: [file('failed', 'passed', 'failed', 'pending')] }))
  expect(sumOf([run, totalsOf(''), run])).toEqual({ passed: 2, failed: 2, skipped: 2, skippedForKafka: 0 })
})
