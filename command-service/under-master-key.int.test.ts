import { masterKeysAt } from '@elves/core/sealing/master-keys.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretValues } from './secrets/secret-values.ts'
import { PersonalKeys } from './users/personal-keys.ts'

let database: EventingDatabase
beforeAll(async () => {
  database = await eventingDatabase()
})
afterAll(() => database.close())

const by = (text: string) => masterKeysAt({ text, file: '' })
const lost = by('a key that was taken away too soon')
const former = by('the former key')
const now = by('the current key,the former key')

test('personal keys that no key opens any more do not hold up the ones behind them', async () => {
  const at = (masterKeys: typeof now) => new PersonalKeys(database.pool, 'elves', masterKeys)
  for (const id of ['A', 'B', 'C']) await at(lost).make(id)
  const made = await at(former).make('D')
  await at(former).make('E')
  expect(await at(now).wrapAnew(1)).toBe(1)
  expect(await at(now).wrapAnew(1)).toBe(1)
  expect(await at(now).wrapAnew(1)).toBe(0)
  const alone = at(by('the current key'))
  expect([...(await alone.find(['A', 'B', 'C', 'D', 'E'])).keys()].sort()).toEqual(['D', 'E'])
  expect((await alone.find(['D'])).get('D')).toBe(made)
})

test('values of secrets that no key opens any more do not hold up the ones behind them', async () => {
  const at = (masterKeys: typeof now) => secretValues(database.pool, 'elves', masterKeys)
  const named = (secretId: string, valueId: string) => ({ secretId, valueId })
  const [first, second] = [named('B', '1'), named('B', '2')]
  for (const id of ['1', '2', '3']) await at(lost).keep(named('A', id), 'lost')
  await at(former).keep(first, 'one')
  await at(former).keep(second, 'two')
  expect(await at(now).sealAnew(1)).toEqual([first])
  expect(await at(now).sealAnew(2)).toEqual([second])
  expect(await at(now).sealAnew(2)).toEqual([])
  expect(await at(by('the current key')).read([first, second, named('A', '1')])).toEqual(['one', 'two', null])
})
