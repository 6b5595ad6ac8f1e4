import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { type LimitEvent, limitAggregate, limitIdOf } from './limit.ts'

const { decider } = limitAggregate
const numbers = { openTasks: 10, tasksPerHour: null, runningTasks: 2 }
const set = { type: 'SetLimit', kind: 'APP', of: 'shop', ...numbers } as const
const wasSet: LimitEvent = { type: 'LimitSet', data: { kind: 'APP', of: 'shop', ...numbers } }
const removed: LimitEvent = { type: 'LimitRemoved', data: { kind: 'APP', of: 'shop' } }

test('sets a limit, once, and another number is another event', () => {
  given(decider, []).when(set).then([wasSet])
  given(decider, [wasSet]).when(set).then([])
  given(decider, [wasSet])
    .when({ ...set, openTasks: 11 })
    .then([{ type: 'LimitSet', data: { kind: 'APP', of: 'shop', ...numbers, openTasks: 11 } }])
  given(decider, [wasSet, removed]).when(set).then([wasSet])
})

test('removes what is there, and refuses to remove what is not', () => {
  given(decider, [wasSet]).when({ type: 'RemoveLimit', kind: 'APP', of: 'shop' }).then([removed])
  given(decider, []).when({ type: 'RemoveLimit', kind: 'APP', of: 'shop' }).then('LIMIT_UNKNOWN')
})

test('refuses numbers and names that no limit can have', () => {
  for (const changes of [
    { openTasks: -1 },
    { openTasks: 1.5 },
    { openTasks: 1e12 },
    { openTasks: null, runningTasks: null },
    { of: '' },
    { of: 'x'.repeat(257) },
    { kind: 'ROLE' },
  ]) {
    given(decider, [])
      .when({ ...set, ...changes })
      .then('LIMIT_INVALID')
  }
})

test('two things have two ids, also where their kinds and names together are the same text', () => {
  expect(limitIdOf({ kind: 'APP', of: 'shop' })).not.toBe(limitIdOf({ kind: 'AGENT', of: 'shop' }))
})
