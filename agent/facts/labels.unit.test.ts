import { expect, test } from 'vitest'
import { parseLabels } from './labels.ts'

test('labels are pairs of a key and what follows its first equals sign', () => {
  expect(parseLabels(' env=prod, note=a=b ,, empty= ')).toEqual({ env: 'prod', note: 'a=b', empty: '' })
  expect(parseLabels('')).toEqual({})
})

test.each(['prod', '=prod', 'env=prod,__proto__=x'])('what would be no label, or a lost one, is refused: %s', (text) => {
  expect(() => parseLabels(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
