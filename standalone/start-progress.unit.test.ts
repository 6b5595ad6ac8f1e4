import { formatPosition } from '@elves/core/eventing/position.ts'
import { expect, test } from 'vitest'
import { making } from './start-progress.ts'

const at = (sequence: number) => formatPosition('0123abcd', sequence)

test('says of read models and tables how far they are, whatever positions count', () => {
  const far = making({ end: at(3_202_975), readModels: at(1_000_000), due: at(3_000_000) })
  expect(far).toBe('Making the read models (31.2 % of the log) and the tables of what is due (93.6 %).')
})

test('says nothing of tables that are made', () => {
  expect(making({ end: at(200), readModels: at(199), due: null })).toBe('Making the read models (99.5 % of the log).')
})

test('says 100 % of an empty log, and of one that has grown meanwhile', () => {
  expect(making({ end: at(0), readModels: at(0), due: null })).toContain('(100.0 % of the log)')
  expect(making({ end: at(7), readModels: at(9), due: null })).toContain('(100.0 % of the log)')
})

test('says 0 % where nothing is made yet, or what there is belongs to another log', () => {
  const none = formatPosition('00000000', 0)
  expect(making({ end: at(9), readModels: none, due: none })).toBe('Making the read models (0.0 % of the log) and the tables of what is due (0.0 %).')
})
