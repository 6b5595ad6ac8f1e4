import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { taggedTextScan, wholeTextScan } from './tagged-text.ts'

function scanned(chunks: readonly (string | Buffer)[], limitBytes = 1000, closingTag: 'FIRST' | 'LAST' = 'LAST') {
  const scan = taggedTextScan('T', limitBytes, closingTag)
  for (const chunk of chunks) scan.write(Buffer.from(chunk))
  return scan.result()
}

describe('tagged text', () => {
  test('counts from the first opening to the last closing tag', () => {
    expect(scanned(['a <T>one</T> <T>two</T> b'])?.text).toBe('one</T> <T>two')
  })

  test('counts to the next closing tag where the first one is asked for', () => {
    expect(scanned(['a <T>one</T> <T>two</T> b'], 1000, 'FIRST')?.text).toBe('one')
  })

  test('is not there without both tags in this order', () => {
    for (const text of ['', '<T>', '</T>', '</T><T>', 'T']) expect(scanned([text])).toBeNull()
  })

  test('may be empty', () => {
    expect(scanned(['<T></T>'])).toEqual({ text: '', isTruncated: false, byteCount: 0, sha256: null })
  })

  test.each(['FIRST', 'LAST'] as const)('to the %s closing tag is the same however the bytes are cut into chunks', (closingTag) => {
    const pieces = fc.constantFrom('<T>', '</T>', '<', '/T>', 'x', 'ü', '🧝', 'longer text')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.array(fc.nat(200)), fc.integer({ min: 0, max: 60 }), (parts, cuts, limitBytes) => {
        const bytes = Buffer.from(parts.join(''))
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
        const whole = (closingTag === 'FIRST' ? /<T>([\s\S]*?)<\/T>/ : /<T>([\s\S]*)<\/T>/).exec(bytes.toString())?.[1]
        const found = scanned(chunks, limitBytes, closingTag)
        expect(found === null).toBe(whole === undefined)
        if (found === null || whole === undefined) return
        const isTruncated = Buffer.byteLength(whole) > limitBytes
        expect(found.byteCount).toBe(Buffer.byteLength(whole))
        expect(found.isTruncated).toBe(isTruncated)
        expect(found.sha256).toBe(isTruncated ? createHash('sha256').update(whole).digest('hex') : null)
        expect(whole.startsWith(found.text)).toBe(true)
        const cutBytes = Buffer.byteLength(found.text)
        if (isTruncated) expect(cutBytes <= limitBytes && cutBytes > limitBytes - 4).toBe(true)
        else expect(found.text).toBe(whole)
      }),
    )
  })

  test('costs little where the output is nothing but closing tags', () => {
    const closing = '</T>'.repeat(16_000)
    const found = scanned(['<T>', ...Array<string>(50).fill(closing)], 100)
    expect(found?.byteCount).toBe(50 * closing.length - 4)
  })
})

test('a whole text is kept up to its limit, counted and hashed', () => {
  const scan = wholeTextScan(5)
  for (const part of ['abc', 'dü', 'rest']) scan.write(Buffer.from(part))
  expect(scan.result()).toEqual({ text: 'abcd', isTruncated: true, byteCount: 10, sha256: createHash('sha256').update('abcdürest').digest('hex') })
  expect(wholeTextScan(5).result()).toEqual({ text: '', isTruncated: false, byteCount: 0, sha256: null })
})
