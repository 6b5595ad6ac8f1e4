import { expect, test } from 'vitest'
import { WaitingLine } from './waiting-line.ts'

test('an app that has all that one app may have holds up no other, and who has the slots is told', () => {
  const line = new WaitingLine<string>({ concurrency: 4, appConcurrency: 3, waitingLimit: 10 })
  expect(line.whoHasSlots('greedy')).toBeNull()
  const taken = (app: string, count: number) => Array.from({ length: count }, () => line.tryTake(app))
  expect(taken('greedy', 4)).toEqual([true, true, true, false])
  expect(line.whoHasSlots('greedy')).toBe('the app greedy had all 3 slots that one app may have')
  expect(taken('short', 2)).toEqual([true, false])
  expect(line.whoHasSlots('short')).toBe('all 4 slots were taken (greedy 3, short 1)')
  expect(line.whoHasSlots('greedy')).toBe('all 4 slots were taken (greedy 3, short 1), and greedy may have no more than 3')
})

test('names the apps with the most runs, and sums up the others', () => {
  const line = new WaitingLine<string>({ concurrency: 7, appConcurrency: 6, waitingLimit: 10 })
  for (const app of ['f', 'e', 'd', 'c', 'b', 'b']) line.tryTake(app)
  line.tryTake('c')
  expect(line.whoHasSlots('a')).toBe('all 7 slots were taken (c 2, b 2, f 1, e 1, other apps 1)')
})
