import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type OutputChunk, outputSegments } from './output-segments.ts'

/** Chunks of whole characters, as agents send them. */
function chunksOf(pieces: readonly { readonly stream: 'OUT' | 'ERR'; readonly text: string }[][]): readonly OutputChunk[] {
  let offset = 0
  return pieces.map((ofChunk) => {
    const buffers = ofChunk.map(({ text }) => Buffer.from(text))
    const bytes = Buffer.concat(buffers)
    const lengths = ofChunk.map(({ stream }, index) => (stream === 'ERR' ? -1 : 1) * (buffers[index] as Buffer).length)
    offset += bytes.length
    return { offset: offset - bytes.length, lengths, bytes }
  })
}

const piece = fc.record({
  stream: fc.constantFrom('OUT' as const, 'ERR' as const),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
})

test('slices of any size give each stream whole, without a broken character', () => {
  fc.assert(
    fc.property(fc.array(fc.array(piece, { minLength: 1, maxLength: 5 }), { maxLength: 10 }), fc.integer({ min: 4, max: 40 }), (pieces, size) => {
      const chunks = chunksOf(pieces)
      const end = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const got = { OUT: '', ERR: '' }
      for (let at = 0; at < end; ) {
        const { segments, next } = outputSegments(chunks, at, Math.min(at + size, end))
        expect(next).toBeGreaterThan(at)
        for (const { stream, text } of segments) got[stream] += text
        at = next
      }
      const wanted = (stream: 'OUT' | 'ERR') =>
        Buffer.concat(pieces.flat().flatMap((one) => (one.stream === stream ? [Buffer.from(one.text)] : []))).toString()
      expect(got).toEqual({ OUT: wanted('OUT'), ERR: wanted('ERR') })
    }),
  )
})

test('pieces of one stream that follow each other are one segment', () => {
  const chunks = chunksOf([
    [{ stream: 'OUT', text: 'a' }],
    [
      { stream: 'OUT', text: 'b' },
      { stream: 'ERR', text: 'c' },
    ],
  ])
  expect(outputSegments(chunks, 0, 3)).toEqual({
    segments: [
      { stream: 'OUT', offset: 0, bytes: 2, text: 'ab' },
      { stream: 'ERR', offset: 2, bytes: 1, text: 'c' },
    ],
    next: 3,
  })
})

test('a gap ends the slice', () => {
  const [first, , third] = chunksOf([[{ stream: 'OUT', text: 'a' }], [{ stream: 'OUT', text: 'b' }], [{ stream: 'OUT', text: 'c' }]])
  expect(outputSegments([first, third] as OutputChunk[], 0, 3).next).toBe(1)
})

test('a slice has at most 500 segments', () => {
  const pieces = Array.from({ length: 1_200 }, (_, index) => ({ stream: index % 2 === 0 ? ('OUT' as const) : ('ERR' as const), text: 'x' }))
  const chunks = chunksOf([pieces])
  expect(outputSegments(chunks, 0, 1_200)).toMatchObject({ next: 500 })
  expect(outputSegments(chunks, 500, 1_200).segments[0]).toEqual({ stream: 'OUT', offset: 500, bytes: 1, text: 'x' })
})
