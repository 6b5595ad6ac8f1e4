import { parseSelector } from '@elves/core/domain/selectors/selector.ts'
import { expect, test } from 'vitest'
import { selectorOf } from '../../dashboard/src/pages/agents/selector-of.ts'

test.each(['prod', 'x86_64-v3', '字', 'two words', 'a,b', 'a="b\\c"', ''])(
  'the selector of a label with the value %j finds just that value',
  (value) => {
    expect(parseSelector(selectorOf('some label', value)).terms).toEqual([{ key: 'some label', operator: 'IN', values: [value] }])
  },
)
