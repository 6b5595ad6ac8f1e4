import { expect, test } from 'vitest'
import { formatPosition } from '../position.ts'
import { Wanted } from './wanted.ts'

const at = (sequence: number, logId = 'abcd1234') => formatPosition(logId, sequence)

test('it is urgent from the moment that somebody waits for a position until it is passed', () => {
  const wanted = new Wanted()
  const calls: boolean[] = []
  const remove = wanted.whenUrgent(() => calls.push(wanted.isUrgent))
  wanted.pass(at(5))
  wanted.want(at(5))
  expect(wanted.isUrgent).toBe(false)
  wanted.want(at(8))
  wanted.want(at(7))
  expect(calls).toEqual([true, true])
  wanted.pass(at(7))
  expect(wanted.isUrgent).toBe(true)
  wanted.pass(at(8))
  expect(wanted.isUrgent).toBe(false)
  remove()
  wanted.want(at(9))
  expect(calls).toHaveLength(2)
})

test('a position of another log, which is never passed, hurries nobody', () => {
  const wanted = new Wanted()
  wanted.pass(at(5))
  wanted.want(at(9, 'ffff0000'))
  expect(wanted.isUrgent).toBe(false)
})
