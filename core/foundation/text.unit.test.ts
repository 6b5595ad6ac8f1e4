import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, isStorable } from './text.ts'

test('a text that is cut keeps its UTF-8 form, loses no more than half a pair, and is the beginning of the whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '张', '\u{1f600}') }), fc.integer({ min: 1, max: 12 }), (text, length) => {
      const cut = cutText(text, length)
      expect([cut.isWellFormed(), text.startsWith(cut)]).toEqual([true, true])
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, length) - 1)
      expect(cut.length).toBeLessThanOrEqual(length)
    }),
  )
})

test.each([
  ['张 \u{1f600}', true],
  ['', true],
  ['a\0', false],
  ['\ud83d', false],
])('says whether a column may hold %j: %s', (text, expected) => {
  expect(isStorable(text)).toBe(expected)
})
