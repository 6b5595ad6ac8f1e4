import { describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../foundation/codes.ts'
import { given } from '../testing/given.ts'
import type { RequestTask } from './commands.ts'
import { taskDecider } from './decide.ts'
import { checkRequest } from './request.ts'
import { requestTask, sent } from './testing.ts'

const retry = { attempts: 3, delayMs: 1, factor: 1, maxDelayMs: 1, on: ['FAILED'] } as const
const refused: readonly [what: string, change: Partial<RequestTask>, code: RefusalCode][] = [
  ['a negative time to wait', { startWithinMs: -1 }, 'START_WITHIN_INVALID'],
  ['a time to wait of more than 7 days', { startWithinMs: 604_800_001 }, 'START_WITHIN_INVALID'],
  ['no attempt at all', { retry: { ...retry, attempts: 0 } }, 'RETRY_INVALID'],
  ['more than 100 attempts', { retry: { ...retry, attempts: 101 } }, 'RETRY_INVALID'],
  ['half an attempt', { retry: { ...retry, attempts: 1.5 } }, 'RETRY_INVALID'],
  ['a negative delay', { retry: { ...retry, delayMs: -1 } }, 'RETRY_INVALID'],
  ['a factor below 1', { retry: { ...retry, factor: 0.5 } }, 'RETRY_INVALID'],
  ['a factor that is no number', { retry: { ...retry, factor: Number.NaN } }, 'RETRY_INVALID'],
  ['a longest delay of more than 7 days', { retry: { ...retry, maxDelayMs: 604_800_001 } }, 'RETRY_INVALID'],
  ['a retry after nothing', { retry: { ...retry, on: [] } }, 'RETRY_INVALID'],
  ['a retry after a success', { retry: { ...retry, on: ['SUCCEEDED' as 'FAILED'] } }, 'RETRY_INVALID'],
  ['an end named twice', { retry: { ...retry, on: ['FAILED', 'FAILED'] } }, 'RETRY_INVALID'],
  ['an empty app', { app: '' }, 'APP_INVALID'],
  ['an app that climbs out', { app: '../etc' }, 'APP_INVALID'],
  ['a hidden app', { app: '.git' }, 'APP_INVALID'],
  ['an app with a separator', { app: 'a/b' }, 'APP_INVALID'],
  ['an app that is too long', { app: 'a'.repeat(129) }, 'APP_INVALID'],
  ['a blank function', { func: ' ' }, 'FUNC_INVALID'],
  ['a function with a line break', { func: 'a\nb' }, 'FUNC_INVALID'],
  ['a function that is too long', { func: 'f'.repeat(129) }, 'FUNC_INVALID'],
  ['a parameter that is not JSON', { param: '{' }, 'PARAM_INVALID'],
  ['an empty parameter', { param: '' }, 'PARAM_INVALID'],
  ['a parameter one byte over 64 KiB', { param: JSON.stringify('x'.repeat(64 * 1024 - 1)) }, 'PARAM_TOO_LARGE'],
  ['a parameter over 64 KiB only as UTF-8', { param: JSON.stringify('张'.repeat(22_000)) }, 'PARAM_TOO_LARGE'],
  ['a parameter nested 65 levels deep', { param: '['.repeat(65) + ']'.repeat(65) }, 'PARAM_TOO_DEEP'],
  ['a parameter nested as deep as 64 KiB can', { param: '['.repeat(32_768) + ']'.repeat(32_768) }, 'PARAM_TOO_DEEP'],
  ['a function that was cut within an emoji', { func: 'cut \ud83d' }, 'TEXT_INVALID'],
  ['a parameter that was cut within an emoji', { param: '"cut \ud83d"' }, 'TEXT_INVALID'],
  ['a proxy that was cut within an emoji', { proxy: 'cut \ud83d' }, 'TEXT_INVALID'],
  ['an idempotency key that was cut within an emoji', { idempotencyKey: 'cut \ud83d' }, 'TEXT_INVALID'],
  ['an app that was cut within an emoji', { app: 'cut\ud83d' }, 'APP_INVALID'],
  ['a proxy with a line break', { proxy: 'python3|a\nb' }, 'PROXY_INVALID'],
  ['a proxy that is too long', { proxy: 'p'.repeat(513) }, 'PROXY_INVALID'],
  ['a blank proxy', { proxy: '' }, 'PROXY_INVALID'],
  ['a negative timeout', { timeoutMs: -1 }, 'TIMEOUT_INVALID'],
  ['a timeout that is not whole', { timeoutMs: 1.5 }, 'TIMEOUT_INVALID'],
  ['a timeout that is too long', { timeoutMs: 2_147_483_001 }, 'TIMEOUT_INVALID'],
  ['a blank idempotency key', { idempotencyKey: ' ' }, 'IDEMPOTENCY_KEY_INVALID'],
  ['an idempotency key that is too long', { idempotencyKey: 'k'.repeat(257) }, 'IDEMPOTENCY_KEY_INVALID'],
]

describe('a request', () => {
  it.each(refused)('with %s is refused', (_, change, code) => {
    given(taskDecider, [])
      .when({ ...requestTask, ...change })
      .then(code)
  })

  it('is told which characters a name may have', () => {
    expect(checkRequest({ ...requestTask, app: 'a/b' })?.message).toMatch(/letters, digits, _ \. and -/)
    for (const field of ['func', 'proxy']) expect(checkRequest({ ...requestTask, [field]: 'a\0b' })?.message).toMatch(/control characters/)
  })

  it('with a parameter nested 64 levels deep is taken, and so are brackets in its texts', () => {
    expect(checkRequest({ ...requestTask, param: '['.repeat(64) + ']'.repeat(64) })).toBeNull()
    expect(checkRequest({ ...requestTask, param: JSON.stringify('['.repeat(1_000)) })).toBeNull()
  })

  it('with a parameter that escapes half a surrogate pair is taken: the text itself is ASCII and reaches the worker as it is', () => {
    expect(checkRequest({ ...requestTask, param: '"cut \\ud83d"' })).toBeNull()
  })

  it('with a proxy that leaves the app folder is the agent’s to refuse: only there links can be followed', () => {
    expect(checkRequest({ ...requestTask, proxy: 'python3|../x.py' })).toBeNull()
  })

  it('is checked against what was asked first: a repeated one is the same task even if it would be refused today', () => {
    given(taskDecider, sent)
      .when({ ...requestTask, app: '' })
      .then([])
  })
})
