import { expect, test } from 'vitest'
import { bytesOfRecord } from './topic-lane.ts'

test('a record counts with its headers, which may be larger than its value', () => {
  const record = { topic: 'elves.instructions', key: 'a', value: Buffer.alloc(300) }
  expect(bytesOfRecord(record)).toBe(300)
  expect(bytesOfRecord({ ...record, headers: { 'elves-task': 'x'.repeat(900) } })).toBe(1210)
})
