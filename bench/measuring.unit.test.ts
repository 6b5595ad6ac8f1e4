import { expect, test } from 'vitest'
import type { OwnRow } from './bench.ts'
import { figure } from './figure.ts'
import { measure } from './measuring.ts'
import { noResults } from './results.ts'
import { throwAway } from './throw-away.ts'

const bench = { runs: 1, growthTasks: 100, growthData: '', swarmAgents: 100, progress: () => undefined }
const none = { rows: [], oneClusterRows: [] }
const row = (name: string, work: OwnRow['measure']): OwnRow => ({ names: [name], measure: work })
const well = (name: string) => row(name, async () => [figure(name, 'ms', [1], [])])

test('a row that fails leaves the others as they are, and nothing that it started', async () => {
  const stopped: string[] = []
  const failing = row('failing', async () => {
    throwAway(async () => void stopped.push('platform'))
    throw new Error('no answer')
  })
  const results = noResults()
  await measure({ ...none, ownRows: [well('one'), failing, well('two')], bench, signal: new AbortController().signal }, results)
  expect(results.rows.map(({ name }) => name)).toEqual(['one', 'two'])
  expect(results.failed).toEqual([{ names: ['failing'], reason: 'no answer' }])
  expect(stopped).toEqual(['platform'])
})

test('a row that does not end is given up', async () => {
  const endless = row('endless', () => new Promise(() => undefined))
  const results = noResults()
  await measure({ ...none, ownRows: [endless, well('two')], bench, signal: new AbortController().signal, rowLimitMs: 1 }, results)
  expect(results.rows.map(({ name }) => name)).toEqual(['two'])
  expect(results.failed).toMatchObject([{ names: ['endless'] }])
})

test('rows next to each other that mostly wait are measured beside each other, and one that fails stops what they started when all have ended', async () => {
  const met = Promise.withResolvers<void>()
  const stopped: string[] = []
  const waiting = (name: string, measure: OwnRow['measure']): OwnRow => ({ names: [name], mostlyWaits: true, measure })
  const first = waiting('first', async () => {
    await met.promise
    expect(stopped).toEqual([])
    return [figure('first', 'ms', [1], [])]
  })
  const failing = waiting('failing', async () => {
    throwAway(async () => void stopped.push('platform'))
    met.resolve()
    throw new Error('no answer')
  })
  const results = noResults()
  await measure({ ...none, ownRows: [well('one'), first, failing, well('two')], bench, signal: new AbortController().signal }, results)
  expect(results.rows.map(({ name }) => name)).toEqual(['one', 'first', 'two'])
  expect(results.failed).toEqual([{ names: ['failing'], reason: 'no answer' }])
  expect(stopped).toEqual(['platform'])
})

test('no row begins after an interruption, and what was measured is kept', async () => {
  const interrupted = new AbortController()
  const last = row('last', async () => {
    interrupted.abort()
    throw new Error('its platform was stopped')
  })
  const results = noResults()
  await measure({ ...none, ownRows: [well('one'), last, well('two')], bench, signal: interrupted.signal }, results)
  expect(results.rows.map(({ name }) => name)).toEqual(['one'])
  expect(results.failed).toEqual([])
})

test('a row that begins late is measured once, and one that would begin after the end is named', async () => {
  let at = 0
  const runsOf: Record<string, number> = {}
  const lasting = (name: string, minutes: number) =>
    row(name, async ({ runs }) => {
      runsOf[name] = runs
      at += minutes * 60_000
      return [figure(name, 'ms', [1], [])]
    })
  const ownRows = [lasting('quick', 1), lasting('slow', 7), lasting('late', 8), lasting('last', 1)]
  const results = noResults()
  const signal = new AbortController().signal
  await measure({ ...none, ownRows, bench: { ...bench, runs: 3 }, signal, limitMs: 15 * 60_000, now: () => at }, results)
  expect(runsOf).toEqual({ quick: 3, slow: 3, late: 1 })
  expect(results.rows.map(({ name }) => name)).toEqual(['quick', 'slow', 'late'])
  expect(results.failed).toEqual([{ names: ['last'], reason: 'not begun within 15 minutes' }])
})
