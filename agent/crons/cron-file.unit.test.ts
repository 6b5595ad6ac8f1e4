import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CronFileError, parseCronFile } from './cron-file.ts'

const good = { Flag: 'true', Comment: 'c', App: 'apptest', Func: 'helloword', Param: { my: 'hello' }, Timeout: 0, Mode: 'P', Rule: '*/15 * * * * *' }
const read = (entries: object) => parseCronFile(JSON.stringify(entries), 'UTC')
const [first] = read({ one: good })

test('reads the example of the contract', () => {
  const [entry] = parseCronFile(
    '{"QWASZXCVDFERTYGH": {"Flag": "true", "Comment": "…", "App": "apptest", "Func": "helloword", "Param": {"my": "hello"}, "Timeout": 0, "Proxy": "", "Mode": "P", "Rule": "*/15 * * * * *"}}',
    'UTC',
  )
  const told = { id: 'QWASZXCVDFERTYGH', comment: '…', app: 'apptest', func: 'helloword', processor: true, rule: '*/15 * * * * *' }
  expect(entry?.told).toEqual({ ...told, isEnabled: true, error: null })
  expect(entry?.call).toMatchObject({ app: 'apptest', func: 'helloword', param: '{"my": "hello"}', proxy: null, processor: true, timeoutMs: 0 })
})

test('the names of fields may be in any case, and Flag a boolean', () => {
  const [entry] = read({ one: { FLAG: true, app: 'a', fUnc: 'f', RULE: '0 0 * * * *', timeout: '9', mode: 'np' } })
  expect(entry?.call).toMatchObject({ app: 'a', func: 'f', timeoutMs: 9000, processor: false, param: null })
})

test('passes a parameter on as it is written', () => {
  const text = '{"a\\u0062": {"flag":true,"app":"a","func":"f","rule":"* * * * * *","Param": [1.10, 12345678901234567890, {"x" : "é"}]}}'
  expect(parseCronFile(text, 'UTC')[0]?.call?.param).toBe('[1.10, 12345678901234567890, {"x" : "é"}]')
})

test('an entry whose flag is false does not run, and is told', () => {
  const [entry] = read({ one: { ...good, Flag: 'false' } })
  expect(entry).toEqual({ told: { ...first?.told, isEnabled: false }, call: null })
})

test.each([
  ['Flag is missing', { ...good, Flag: undefined }],
  ['Flag: true or false', { ...good, Flag: 'yes' }],
  ['App is missing', { ...good, App: undefined }],
  ['App: "../etc" is not', { ...good, App: '../etc' }],
  ['App: a text is wanted', { ...good, App: 7 }],
  ['Func: one line', { ...good, Func: ' ' }],
  ['Func: one line', { ...good, Func: 'a\nb' }],
  ['5 fields', { ...good, Rule: '* * * * *' }],
  ['second', { ...good, Rule: '61 * * * * *' }],
  ['never fires', { ...good, Rule: '0 0 0 30 2 *' }],
  ['Timeout: whole seconds', { ...good, Timeout: -1 }],
  ['Timeout: whole seconds', { ...good, Timeout: 1.5 }],
  ['Mode: "X"', { ...good, Mode: 'x' }],
  ['Proxy: one line', { ...good, Proxy: ' ' }],
  ['Param: at most', { ...good, Param: 'x'.repeat(70_000) }],
  ['are the same field', { ...good, APP: 'a' }],
  ['a cron is a JSON object', 'text'],
])('tells a broken entry and keeps the others: %s', (message, broken) => {
  const entries = read({ broken, one: good })
  expect(entries[0]?.told.error).toContain(message)
  expect(entries[0]?.call).toBeNull()
  expect(entries[1]).toMatchObject({ told: { id: 'one', error: null }, call: { app: 'apptest' } })
})

test.each(['', '{', '[]', '"text"', 'null'])('refuses what is no cron file: %s', (text) => {
  expect(() => parseCronFile(text, 'UTC')).toThrow(CronFileError)
})

test('any JSON is an error of the file or a list of entries, each with a call or without', () => {
  const names = fc.constantFrom('Flag', 'app', 'Func', 'rule', 'Param', 'timeout', 'Proxy', 'mode', '__proto__')
  const value = fc.constantFrom<unknown>('true', 'a', '* * * * * *', 0, -1, null, true, [1], {}, 'half \ud83d', 'nul \0')
  const members = (name: fc.Arbitrary<string>, of: fc.Arbitrary<unknown>) => fc.array(fc.tuple(name, of), { maxLength: 6 }).map(Object.fromEntries)
  const entry = fc.oneof(members(names, value), value)
  const ids = fc.constantFrom('', 'one', 'two', '__proto__', 'half \ud83d', 'x'.repeat(65), 'a\nb')
  fc.assert(
    fc.property(fc.oneof(value, members(ids, entry)), (file) => {
      const text = JSON.stringify(file)
      try {
        for (const { told, call } of parseCronFile(text, 'UTC')) {
          expect(told.isEnabled && told.error === null).toBe(call !== null)
          expect(Object.values(told).every((value) => typeof value !== 'string' || value.isWellFormed())).toBe(true)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CronFileError)
      }
    }),
  )
})
