import { expect, test } from 'vitest'
import { parseLabels } from './labels.ts'

test('labels are pairs of a key and what follows its first equals sign', () => {
  expect(parseLabels(' env=prod, note=a=b ,, empty= ')).toEqual({ env: 'prod', note: 'a=b', empty: '' })
  expect(parseLabels('')).toEqual({})
})

test('an agent has as many labels as it may, with names and values as long as they may be', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `l${n}=x`).join(',')
  expect(Object.keys(parseLabels(many(64)))).toHaveLength(64)
  expect(parseLabels(`${'n'.repeat(128)}=${'v'.repeat(256)}`)).toEqual({ ['n'.repeat(128)]: 'v'.repeat(256) })
  for (const text of [many(65), `${'n'.repeat(129)}=v`, `n=${'v'.repeat(257)}`]) {
    expect(() => parseLabels(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  }
})

test.each(['prod', '=prod', 'env=prod,__proto__=x'])('what would be no label, or a lost one, is refused: %s', (text) => {
  expect(() => parseLabels(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
