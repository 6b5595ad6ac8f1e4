import { expect, test } from 'vitest'
import { checkComponents, componentNames, componentSwitches, componentsHere } from './components.ts'
import { readSettings } from './read-settings.ts'

test('without a setting, all is on and runs in every process', () => {
  const { isOn, runsHere } = componentSwitches(readSettings({}))
  for (const name of componentNames) expect([isOn(name), runsHere(name)]).toEqual([true, true])
})

test('names are taken in any case, and a process runs no more than is on', () => {
  const settings = readSettings({ ELVES_COMPONENTS: 'Scheduler, QUEUE,GraphQL', ELVES_PROCESS_COMPONENTS: 'queue' })
  const { isOn, runsHere } = componentSwitches(settings)
  expect(componentNames.filter(isOn)).toEqual(['queue', 'scheduler', 'graphql'])
  expect(componentNames.filter(runsHere)).toEqual(['queue'])
  expect(componentsHere('command-service', settings)).toEqual(['queue'])
  expect(componentsHere('query-service', settings)).toEqual([])
})

test('a process may run none', () => {
  expect(componentNames.filter(componentSwitches(readSettings({ ELVES_PROCESS_COMPONENTS: 'none' })).runsHere)).toEqual([])
})

test.each([
  ['ELVES_COMPONENTS', 'rest,watchers'],
  ['ELVES_COMPONENTS', 'rest,,graphql'],
  ['ELVES_COMPONENTS', 'none'],
  ['ELVES_COMPONENTS', 'cron,rest'],
  ['ELVES_COMPONENTS', 'queue,graphql'],
  ['ELVES_PROCESS_COMPONENTS', 'queues'],
])('%s=%s is refused, with the names that there are', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(/ELVES_(PROCESS_)?COMPONENTS=.*cron.*queue.*scheduler.*heartbeat.*rest.*graphql/)
})

test('a process that shall run what is off in its platform is refused', () => {
  const settings = readSettings({ ELVES_COMPONENTS: 'scheduler,rest', ELVES_PROCESS_COMPONENTS: 'queue' })
  expect(() => checkComponents(settings)).toThrow(/ELVES_PROCESS_COMPONENTS has queue/)
  expect(() => checkComponents(readSettings({ ELVES_COMPONENTS: 'rest' }))).not.toThrow()
})
