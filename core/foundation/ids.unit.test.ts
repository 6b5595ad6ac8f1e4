import { expect, test } from 'vitest'
import { isHexId, randomHexId } from './ids.ts'

test('no id comes twice', () => {
  const ids = new Set(Array.from({ length: 10_000 }, randomHexId))
  expect(ids.size).toBe(10_000)
  for (const id of ids) expect(isHexId(id)).toBe(true)
})
