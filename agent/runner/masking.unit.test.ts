import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskingOf } from './masking.ts'

const secret = 'S3cr&t "Päss/Word"+'
const bytes = Buffer.from(secret)

/** Masks a text that comes in chunks of these lengths, over and over. */
function maskedIn(secrets: readonly string[], text: string | Buffer, lengths: readonly number[]): string {
  const masking = maskingOf(secrets)?.()
  if (!masking) throw new TypeError('nothing to mask')
  const all = Buffer.from(text as string)
  const parts: Buffer[] = []
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const length = lengths[turn % lengths.length] as number
    parts.push(masking.write(all.subarray(at, at + length)))
    at += length
  }
  return Buffer.concat([...parts, masking.finish()]).toString()
}

const forms: Readonly<Record<string, string>> = {
  'as it is': secret,
  'in JSON': JSON.stringify(secret).slice(1, -1),
  'in JSON of ASCII': 'S3cr&t \\"P\\u00e4ss/Word\\"+',
  "in Go's JSON": 'S3cr\\u0026t \\"Päss/Word\\"+',
  "in PHP's JSON": 'S3cr&t \\"P\\u00e4ss\\/Word\\"+',
  "in PHP's JSON of Unicode": 'S3cr&t \\"Päss\\/Word\\"+',
  "in .NET's JSON": 'S3cr\\u0026t \\u0022P\\u00E4ss/Word\\u0022\\u002B',
  'in a URL': encodeURIComponent(secret),
  'in hex': bytes.toString('hex'),
  'in base64': bytes.toString('base64').replace(/=+$/, ''),
  'in base64url': bytes.toString('base64url'),
}

test.each(Object.entries(forms))('masks a secret %s, however the output is split', (_name, form) => {
  for (let length = 1; length <= form.length + 2; length++) {
    const shown = maskedIn([secret], `before ${form} after ${form}${form}`, [length])
    expect(shown.replaceAll(/\*\*\*=*.{0,1}/g, '*')).toMatch(/^before \*.{0,2}after \*/)
    expect(shown).not.toContain(form)
  }
})

test('of base64 of a text around the secret, no character that tells of the secret stays', () => {
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    const coded = Buffer.from(`${before}${secret}, and more`).toString('base64')
    const shown = maskedIn([secret], coded, [5])
    // What is left decodes to what was around it.
    expect(shown).toContain('***')
    const rest = shown.split('***').map((part) => Buffer.from(part, 'base64').toString('latin1'))
    for (let at = 0; at + 4 <= bytes.length; at++) expect(rest.join()).not.toContain(bytes.toString('latin1', at, at + 4))
  }
})

test('masks base64 that is broken into lines, and each line of a secret that has several', () => {
  const key = `-----BEGIN KEY-----\n${'0123456789abcdef'.repeat(12)}\nlast line of it\n-----END KEY-----\n`
  const broken = Buffer.from(key).toString('base64').replaceAll(/.{76}/g, '$&\n')
  for (const length of [1, 7, 76, 77, 4096]) {
    expect(maskedIn([key], `${broken}\n`, [length]).trim()).toMatch(/^\*\*\*.?=*$/)
    expect(maskedIn([key], broken.replaceAll('\n', '\r\n'), [length]).trim()).toMatch(/^\*\*\*.?=*$/)
    expect(maskedIn([key], 'x last line of it y', [length])).toBe('x *** y')
  }
})

test('loses nothing of what is no secret, and keeps back no more than what may become one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('aab', 'aa', 'b', '\n', 'c'), { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
      (parts, lengths) => {
        const text = parts.join('')
        const expected = maskedIn(['aabaac'], text, [text.length + 1])
        expect(maskedIn(['aabaac'], text, lengths)).toBe(expected)
        if (!text.includes('aabaac')) expect(expected).toBe(text)
        else expect(expected).not.toContain('aabaac')
      },
    ),
  )
  const masking = maskingOf(['password1'])?.()
  expect(masking?.write(Buffer.from('what? pas')).toString()).toBe('what? ')
  expect(masking?.write(Buffer.from('ta')).toString()).toBe('pasta')
})

test('masks secrets of which one is within another, or overlaps it', () => {
  expect(maskedIn(['abcdef', 'bcde', 'efgh'], 'xabcdefghx abcdx bcdex', [2])).toBe('x***x abcdx ***x')
  expect(maskingOf([])).toBeNull()
  expect(maskingOf(['abc'])).toBeNull()
})

test('keeps back no more than a secret is long, also where it overlaps itself for ever', () => {
  const masking = maskingOf(['aaaa', 'aaab'])?.()
  if (!masking) throw new TypeError('nothing to mask')
  const shown = [masking.write(Buffer.from('xaaaaaa'))]
  for (let turn = 0; turn < 5; turn++) shown.push(masking.write(Buffer.from('aaaaa')))
  expect(shown.join('')).toBe('x***')
  shown.push(masking.write(Buffer.from('ab, and more ')))
  expect(shown.join('')).toBe('x***, and more ')
  expect(Buffer.concat([...shown, masking.finish()]).toString()).toBe('x***, and more ')
})
