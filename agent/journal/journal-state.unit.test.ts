import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBatch, readBatches } from './batch.ts'
import type { AttemptEnd } from './journal.ts'
import { applyRecord, forgetSettled, type JournalState, journalState, recordsOfState } from './journal-state.ts'
import type { JournalRecord } from './record.ts'

function task(taskId: string, attempt: number, text: string): RunTask {
  const fixed = { journalId: 'j', kind: 'INSTANT', app: 'a', func: 'f', proxy: null, processor: true, retriedOn: ['FAILED'] } as const
  return { ...fixed, taskId, attempt, param: inlineValue(text), timeoutMs: 1, notAfter: 5000, correlationId: 'c', metadata: {} }
}

function end(taskId: string, attempt: number, text: string): AttemptEnd {
  return { taskId, attempt, happenedAt: 3, outcome: 'FAILED', failure: null, output: failedOutput(text), killed: null, processing: true }
}

const text = fc.string({ unit: 'grapheme' })
const record: fc.Arbitrary<JournalRecord> = fc
  .record({ taskId: fc.constantFrom('A', 'B', 'C'), attempt: fc.integer({ min: 1, max: 2 }), at: fc.nat(), calls: fc.nat(20), text })
  .chain(({ taskId, attempt, at, calls, text: some }) => {
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
    )
  })

function stateOf(records: readonly JournalRecord[]): JournalState {
  const state = journalState()
  for (const one of records) applyRecord(state, one)
  return state
}

test('a rewritten journal says what the long one said', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), (records) => {
      const state = stateOf(records)
      expect(stateOf(recordsOfState(state))).toEqual(state)
    }),
  )
})

test('records are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 10 }), (records) => {
      expect(readBatches(encodeBatch(records, 0)).records).toEqual(records)
    }),
  )
})

test('a record that is applied again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), (records) => {
      expect(stateOf(records.flatMap((one) => [one, one]))).toEqual(stateOf(records))
    }),
  )
})

test('a result has one outcome at most, which stays until it was told', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), (records) => {
      const state = journalState()
      for (const one of records) {
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
