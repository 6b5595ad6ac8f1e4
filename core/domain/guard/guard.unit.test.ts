import { test } from 'vitest'
import { given } from '../testing/given.ts'
import { type GuardEvent, guardAggregate } from './guard.ts'

const { decider } = guardAggregate
const settings = {
  app: 'shop',
  name: 'drop',
  funcs: ['sql'],
  pattern: '(?i)drop\\s+table',
  outcome: 'APPROVE',
  message: 'it drops a table',
  approvalMs: 60_000,
}
const set = { type: 'SetGuard', ...settings } as const
const wasSet: GuardEvent = { type: 'GuardSet', data: settings }

test('sets a guard, once; its functions are in one order', () => {
  given(decider, []).when(set).then([wasSet])
  given(decider, [wasSet]).when(set).then([])
  given(decider, [])
    .when({ ...set, funcs: ['sql', '*'] })
    .then([{ type: 'GuardSet', data: { ...settings, funcs: ['*'] } }])
})

test('removes what is there, and refuses to remove what is not', () => {
  const remove = { type: 'RemoveGuard', app: 'shop', name: 'drop' } as const
  given(decider, [wasSet])
    .when(remove)
    .then([{ type: 'GuardRemoved', data: { app: 'shop', name: 'drop' } }])
  given(decider, []).when(remove).then('GUARD_UNKNOWN')
})

test('refuses what no guard can be, a pattern that RE2 does not have too', () => {
  for (const changes of [
    { pattern: '(?<=a)b' },
    { pattern: '(' },
    { pattern: 'x'.repeat(1_001) },
    { outcome: 'ASK' },
    { app: '../x' },
    { name: '' },
    { name: '-x' },
    { funcs: [] },
    { approvalMs: 0 },
    { approvalMs: 604_800_001 },
    { message: 'x'.repeat(1_001) },
  ]) {
    given(decider, [])
      .when({ ...set, ...changes })
      .then('GUARD_INVALID')
  }
})
