import { expect, test } from 'vitest'
import { programs, reads, settingsHelp, unread, unreadNote } from './setting-readers.ts'
import { type SettingName, settings } from './settings.ts'

const names = Object.keys(settings) as SettingName[]

test('every setting but those of tests is read by a program', () => {
  const known = names.filter((name) => !name.startsWith('ELVES_TEST_'))
  expect(known.filter((name) => !programs.some((program) => reads(program, name)))).toEqual([])
})

test('tells what is set for nothing, and nothing else', () => {
  const env = { PATH: '/bin', ELVES_LISTEN_HOST: '0.0.0.0', ELVES_HTTP_PORT: '1', ELVES_INSTANCE: '', ELVES_TEST_PLATFORM: 'cluster' }
  expect(unread('npm start', env)).toEqual(['ELVES_LISTEN_HOST'])
  expect(unread('query-service', env)).toEqual([])
  expect(unreadNote('npm start', env)).toContain('ELVES_LISTEN_HOST')
  expect(unreadNote('query-service', env)).toBeNull()
})

test('a help lists what the program reads, and only that', () => {
  expect(settingsHelp('gateway')).toContain('ELVES_GATEWAY_PORT (4130)')
  expect(settingsHelp('gateway')).not.toContain('ELVES_HTTP_PORT')
})
