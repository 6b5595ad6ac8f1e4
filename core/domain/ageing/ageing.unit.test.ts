import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { type AgeingEvent, ageingAggregate, outputAgeingStream, valuesAgeingStream } from './ageing.ts'

const { decider } = ageingAggregate
const rule = 'ELVES_VALUES_KEPT_DAYS=30'
const aged = (through: number, tasks: string[] = []): AgeingEvent => ({ type: 'ValuesAgedOut', data: { rule, through, tasks } })

test('values up to a place are told once, those of tasks that were open each time', () => {
  const age = (through: number, tasks: readonly string[] = []) => ({ type: 'AgeOutValues', rule, through, tasks }) as const
  given(decider, [])
    .when(age(10))
    .then([aged(10)])
  given(decider, [aged(10)])
    .when(age(10))
    .then([])
  given(decider, [aged(10)])
    .when(age(20))
    .then([aged(20)])
  given(decider, [aged(10)])
    .when(age(10, ['A']))
    .then([aged(10, ['A'])])
  given(decider, [aged(10), aged(5, ['A'])])
    .when(age(10))
    .then([])
})

test('output is told with its digests; a day without runs is not', () => {
  const runs = [{ taskId: 'A', attempt: 1, byteCount: 3, sha256: 'ab' }]
  const age = { type: 'AgeOutOutput', rule: 'ELVES_OUTPUT_KEPT_DAYS=7', day: 20_000, runs } as const
  given(decider, [])
    .when(age)
    .then([{ type: 'OutputAgedOut', data: { rule: 'ELVES_OUTPUT_KEPT_DAYS=7', day: 20_000, runs } }])
  given(decider, [])
    .when({ ...age, runs: [] })
    .then([])
  expect([valuesAgeingStream, outputAgeingStream(20_000)]).toEqual(['ageing-values', 'ageing-output-20000'])
})
