import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBatch, readBatches } from './batch.ts'
import type { AttemptEnd } from './journal.ts'
import { applyRecord, attemptKey, forgetSettled, isLived, type JournalState, journalState, recordsOfState } from './journal-state.ts'
import type { JournalRecord } from './record.ts'

function task(taskId: string, attempt: number, text: string): RunTask {
  const fixed = { journalId: 'j', kind: 'INSTANT', app: 'a', func: 'f', proxy: null, processor: true, retriedOn: ['FAILED'] } as const
  return { ...noSecrets, ...fixed, taskId, attempt, param: inlineValue(text), timeoutMs: 1, notAfter: 5000, correlationId: 'c', metadata: {} }
}

function end(taskId: string, attempt: number, text: string): AttemptEnd {
  return { taskId, attempt, happenedAt: 3, outcome: 'FAILED', failure: null, output: failedOutput(text), killed: null, processing: true }
}

const text = fc.string({ unit: 'grapheme' })
const record: fc.Arbitrary<JournalRecord> = fc
  .record({
    taskId: fc.constantFrom('A', 'B', 'C'),
    attempt: fc.integer({ min: 1, max: 2 }),
    at: fc.nat(),
    calls: fc.nat(20),
    since: fc.nat(20),
    ms: fc.integer({ min: 1, max: 9 }),
    batch: fc.integer({ min: 1, max: 3 }),
    text,
  })
  .chain(({ taskId, attempt, at, calls, since, ms, batch, text: some }) => {
    const id = { taskId, attempt }
    const ended: JournalRecord = { type: 'ended', end: end(taskId, attempt, some), notAfter: at, acceptedAt: null, startingAt: at }
    const delivered: JournalRecord = { type: 'processed', ...id, state: 'DELIVERED', at, calls, error: null, answer: some }
    const failed: JournalRecord = { type: 'processed', ...id, state: 'FAILED', at, calls, error: some, answer: null }
    return fc.constantFrom<JournalRecord>(
      { type: 'accepted', at, task: task(taskId, attempt, some) },
      { type: 'starting', ...id, at },
      ended,
      { type: 'settled', ...id, until: at },
      { type: 'result', task: task(taskId, attempt, some), end: end(taskId, attempt, some) },
      { type: 'called', ...id, calls },
      delivered,
      failed,
      { type: 'told', ...id },
      { type: 'fired', at, cron: { id: some, fireAt: since + ms }, since, task: task(taskId, attempt, some) },
      { type: 'lived', since, to: since + ms },
      { type: 'dropped', ...id, batch },
      { type: 'drops', batch, count: calls, firstFireAt: since, lastFireAt: since + ms },
      { type: 'dropsTold', batch },
      { type: 'untold', ...id },
    )
  })

/** Records as a journal writes them: an end says when its attempt was accepted and begun, and a batch that was told takes no more drops. */
const records = (most: number) =>
  fc.array(record, { maxLength: most }).map((drawn) => {
    const state = journalState()
    return drawn.flatMap((one): JournalRecord[] => {
      if ((one.type === 'dropped' || one.type === 'drops') && one.batch <= state.dropsTold) return []
      const { acceptedAt = null, startingAt = null } = (one.type === 'ended' && state.entries.get(attemptKey(one.end.taskId, one.end.attempt))) || {}
      const fitting = one.type === 'ended' ? { ...one, acceptedAt, startingAt } : one
      applyRecord(state, fitting)
      return [fitting]
    })
  })

function stateOf(records: readonly JournalRecord[]): JournalState {
  const state = journalState()
  for (const one of records) applyRecord(state, one)
  return state
}

test('a rewritten journal says what the long one said', () => {
  fc.assert(
    fc.property(records(40), (written) => {
      const state = stateOf(written)
      const again = stateOf(recordsOfState(state))
      expect(again).toEqual(state)
      expect([...again.lived]).toEqual([...state.lived])
    }),
  )
})

test('a rewritten journal keeps the last stretches, whatever old runs wait in it', () => {
  const hour = 3_600_000
  const fired = (index: number): JournalRecord => {
    const cron = { id: 'one', fireAt: index * hour + 1_000 }
    return { type: 'fired', at: 1, cron, since: index * hour, task: task(`T${index}`, 1, 'x') }
  }
  // The runs of the stretches that are kept are over; those of older ones still wait.
  const over = Array.from({ length: 100 }, (_, index): JournalRecord => ({ type: 'settled', taskId: `T${100 + index}`, attempt: 1, until: 1 }))
  const state = stateOf([...Array.from({ length: 200 }, (_, index) => fired(index)), ...over])
  const again = stateOf(recordsOfState(state))
  expect([...again.lived]).toEqual([...state.lived])
  expect(isLived(again, 199 * hour + 1_000)).toBe(true)
  expect([...again.entries.keys()]).toEqual([...state.entries.keys()])
})

test('records are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 10 }), (written) => {
      expect(readBatches(encodeBatch(written, 0)).records).toEqual(written)
    }),
  )
})

test('a record that is applied again changes nothing', () => {
  fc.assert(
    fc.property(records(40), (written) => {
      expect(stateOf(written.flatMap((one) => [one, one]))).toEqual(stateOf(written))
    }),
  )
})

test.each(['open', 'with an outcome'] as const)('a run that is dropped leaves no outcome to tell of its result (%s)', (how) => {
  const id = { taskId: 'A', attempt: 1 }
  const fired: JournalRecord = { type: 'fired', task: task('A', 1, 'p'), cron: { id: 'c', fireAt: 2 }, since: 1, at: 2 }
  const ended: JournalRecord = { type: 'ended', end: end('A', 1, 'r'), notAfter: 9, acceptedAt: 2, startingAt: 2 }
  const processed: JournalRecord = { type: 'processed', ...id, state: 'DELIVERED', at: 5, calls: 1, error: null, answer: '' }
  const result: JournalRecord = { type: 'result', task: task('A', 1, 'p'), end: end('A', 1, 'r') }
  const dropped: JournalRecord = { type: 'dropped', ...id, batch: 1 }
  const state = stateOf([fired, ended, result, ...(how === 'open' ? [] : [processed]), dropped])
  expect(state.entries.size).toBe(0)
  const left = [...state.processing.values()].map(({ isUntold, outcome }) => ({ isUntold, outcome }))
  expect(left).toEqual(how === 'open' ? [{ isUntold: true, outcome: null }] : [])
  expect(stateOf(recordsOfState(state)).processing).toEqual(state.processing)
})

test('a result has one outcome at most, which stays until it was told', () => {
  fc.assert(
    fc.property(records(40), (written) => {
      const state = journalState()
      for (const one of written) {
        applyRecord(state, one)
        for (const { result, outcome } of state.processing.values()) expect(result === null).toBe(outcome !== null)
      }
    }),
  )
})

test('expired ids are forgotten behind one that expires in years, as a run under a clock that was ahead leaves it', () => {
  const state = journalState()
  const ahead = Date.UTC(2099, 0, 1)
  applyRecord(state, { type: 'settled', taskId: 'AHEAD', attempt: 1, until: ahead })
  for (let round = 0; round < 5_000; round++) {
    applyRecord(state, { type: 'settled', taskId: `T${round}`, attempt: 1, until: round + 10 })
    forgetSettled(state, round)
    expect(state.settled.size).toBeLessThan(100)
  }
  forgetSettled(state, ahead + 1)
  expect(state.settled.size).toBe(0)
})

test('an id that has not expired stays, wherever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.array(fc.nat(20), { maxLength: 20 }), (untils, nows) => {
      const state = journalState()
      for (const [index, until] of untils.entries()) applyRecord(state, { type: 'settled', taskId: `T${index}`, attempt: 1, until })
      for (const now of nows) forgetSettled(state, now)
      for (const [index, until] of untils.entries()) if (until >= Math.max(0, ...nows)) expect(state.settled.has(`T${index}/1`)).toBe(true)
    }),
  )
})
