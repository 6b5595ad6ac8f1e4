import { expect, test } from 'vitest'
import { panelSettings } from './panel-settings.ts'

const none = {
  ELVES_AGENT_PANEL: '',
  ELVES_AGENT_PANEL_PASSWORD: '',
  ELVES_AGENT_DEVELOPER_MODE: false,
  ELVES_AGENT_DEVELOPER_ID: '',
  ELVES_AGENT_DEVELOPER_KEY: '',
}
const where = (text: string, isDeveloping = false) => {
  const found = panelSettings({ ...none, ELVES_AGENT_PANEL: text, ELVES_AGENT_DEVELOPER_MODE: isDeveloping })
  return found && `${found.host} ${found.port}`
}

test('it is off unless it is asked for, and in developer mode for this host alone', () => {
  expect(where('')).toBeNull()
  expect(where('', true)).toBe('127.0.0.1 19880')
})

test.each([
  ['on', '127.0.0.1 19880'],
  ['0', '127.0.0.1 0'],
  ['20000', '127.0.0.1 20000'],
  ['0.0.0.0:19880', '0.0.0.0 19880'],
  ['[::1]:19880', '::1 19880'],
])('%s is %s', (text, expected) => {
  expect(where(text)).toBe(expected)
})

test.each(['off', ':19880', 'host', '0.0.0.0:70000', 'a b:1'])('refuses %s', (text) => {
  expect(() => where(text)).toThrow('ELVES_AGENT_PANEL')
})
