import { expect, test } from 'vitest'
import { readSettings } from './read-settings.ts'

test('takes the defaults where nothing is set, also where a variable is set to nothing', () => {
  const settings = readSettings({ ELVES_HTTP_PORT: '', PATH: '/bin' })
  expect(settings).toMatchObject({ ELVES_HTTP_PORT: 4100, ELVES_GRAPHIQL: true, ELVES_LOG_LEVEL: 'info' })
  expect(Object.isFrozen(settings)).toBe(true)
})

test('reads numbers, switches, choices and texts', () => {
  const settings = readSettings({ ELVES_HTTP_PORT: '0', ELVES_GRAPHIQL: 'OFF', ELVES_LOG_LEVEL: 'debug', ELVES_AGENT_NAME: 'web 1' })
  expect(settings).toMatchObject({ ELVES_HTTP_PORT: 0, ELVES_GRAPHIQL: false, ELVES_LOG_LEVEL: 'debug', ELVES_AGENT_NAME: 'web 1' })
})

test.each([
  ['ELVES_HTTP_PORT', '65536'],
  ['ELVES_HTTP_PORT', '-1'],
  ['ELVES_HTTP_PORT', '80a'],
  ['ELVES_AGENT_CONCURRENCY', '0'],
  ['ELVES_AGENT_WAITING_LIMIT', '20001'],
  ['ELVES_PING_INTERVAL_MS', '1.5'],
  // No agent takes more.
  ['ELVES_APP_PACKAGE_BYTES', String(256 * 1024 * 1024 + 1)],
  ['ELVES_APP_UNPACKED_BYTES', String(1024 * 1024 * 1024 + 1)],
  ['ELVES_DATABASE_URL', 'hello'],
  ['ELVES_DATABASE_URL', 'postgres://x@127.0.0.1:port/x'],
  ['ELVES_GRAPHIQL', 'maybe'],
  ['ELVES_LOG_LEVEL', 'loud'],
  ['ELVES_LOG_LEVEL', 'toString'],
])('refuses %s=%s as CONFIG_INVALID', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', facts: { name } }))
})

test('takes a number at its maximum', () => {
  expect(readSettings({ ELVES_AGENT_WAITING_LIMIT: '20000' }).ELVES_AGENT_WAITING_LIMIT).toBe(20_000)
})

test('takes what environments set for an adapter to come', () => {
  expect(readSettings({ ELVES_TEST_EVENTSTOREDB: 'esdb://localhost' }).ELVES_TEST_EVENTSTOREDB).toBe('esdb://localhost')
})

test('refuses an unknown ELVES_ variable with the nearest name', () => {
  const wrong = expect.objectContaining({ code: 'CONFIG_UNKNOWN', facts: { name: 'ELVES_HTTP_PROT', suggestion: 'ELVES_HTTP_PORT' } })
  expect(() => readSettings({ ELVES_HTTP_PROT: '1' })).toThrow(wrong)
})

test('tells everything that is wrong at once: unknown names, values that do not fit, and what is needed', () => {
  const env = { ELVES_HTTP_PROT: '1', ELVES_HTTP_PORT: 'many', ELVES_DATABASE_URL: '' }
  const read = () => readSettings(env, ['ELVES_DATABASE_URL', 'ELVES_JOIN_TOKEN', 'ELVES_SERVICE_SECRET'])
  expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  for (const name of [
    'ELVES_HTTP_PROT is not',
    'ELVES_HTTP_PORT=many',
    'ELVES_DATABASE_URL must',
    'ELVES_JOIN_TOKEN must',
    'ELVES_SERVICE_SECRET must',
  ]) {
    expect(read).toThrow(new RegExp(name))
  }
})
