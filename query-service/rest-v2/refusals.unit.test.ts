import { codes, type RefusalCode } from '@elves/core/foundation/codes.ts'
import { expect, test } from 'vitest'
import { restErrors } from './answers.ts'
import { restRefusalOf } from './refusals.ts'

const refusals = (Object.keys(codes) as RefusalCode[]).filter((code) => codes[code].kind === 'refusal')
const inRest = (code: RefusalCode) => restRefusalOf({ code, message: 'our text', field: null })

test('every refusal has a code of REST v2', () => {
  expect(refusals.length).toBeGreaterThan(20)
  for (const code of refusals) expect(Object.keys(restErrors)).toContain(inRest(code).code)
})

test('a refusal that Elves 0.1.x knew has its code alone', () => {
  expect(inRest('APP_INVALID')).toEqual({ code: '403.3' })
  expect(inRest('FUNC_INVALID')).toEqual({ code: '403.7' })
  expect(inRest('PARAM_TOO_LARGE')).toEqual({ code: '403.2' })
  expect(inRest('TIMEOUT_INVALID')).toEqual({ code: '403.8' })
  expect(inRest('AGENT_OFFLINE')).toEqual({ code: '410.1' })
})

test('a refusal that Elves 0.1.x did not know says what it is', () => {
  expect(inRest('IDEMPOTENCY_KEY_REUSED')).toEqual({ code: '410.1', detail: 'our text' })
})
