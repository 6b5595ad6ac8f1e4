import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, cutTextFront } from './text.ts'

test('a text that is cut keeps its UTF-8 form, loses no more than half a pair, and is part of the whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '张', '\u{1f600}') }), fc.integer({ min: 1, max: 12 }), (text, length) => {
      const [begin, end] = [cutText(text, length), cutTextFront(text, length)]
      expect([begin.isWellFormed(), end.isWellFormed(), text.startsWith(begin), text.endsWith(end)]).toEqual([true, true, true, true])
      const least = Math.min(text.length, length) - 1
      expect([begin, end].every((cut) => cut.length >= least && cut.length <= length)).toBe(true)
    }),
  )
})
