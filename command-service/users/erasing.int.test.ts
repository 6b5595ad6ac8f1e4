import { accessOf } from '@elves/core/access/access-state.ts'
import { createUser } from '@elves/core/command-api/create-user.ts'
import { eraseUser } from '@elves/core/command-api/erase-user.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { signIn } from '@elves/core/command-api/sign-in.ts'
import { tellRefusedRequest } from '@elves/core/command-api/tell-refused-request.ts'
import { updateUser } from '@elves/core/command-api/update-user.ts'
import { sealedBytes } from '@elves/core/domain/user/personal.ts'
import { userStream } from '@elves/core/domain/user/user.ts'
import { allComponents } from '@elves/core/foundation/components.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { masterKeysAt } from '@elves/core/sealing/master-keys.ts'
import { personalKey } from '@elves/core/sealing/personal-key.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { testSettings } from '../tests/test-settings.ts'
import { erasing } from './erasing.ts'
import { PersonalKeys, withServiceKey } from './personal-keys.ts'

type Instances = Awaited<ReturnType<typeof instances>>

const secret = 'ann.lee@example.com'
let all: Instances
let center: Awaited<ReturnType<Instances['command']>>
let keys: PersonalKeys

beforeEach(async () => {
  all = await instances(null)
  // Its process managers would wrap or delete keys between two lines of a test.
  center = await all.command('one', { ...allComponents, runsHere: () => false })
  keys = new PersonalKeys(center.pool, 'elves', withServiceKey(masterKeysAt(testSettings.masterKeys), testSettings.serviceSecret))
})
afterEach(() => all.close())

const call: ReturnType<typeof callHandler> = (command, by, request) => callHandler(center.handlers)(command, by, request)
const rows = async (table: string, id: string) => (await center.pool.query(`select * from elves.${table} where user_id = $1`, [id])).rows

async function newUser(): Promise<string> {
  const made = await call(createUser, caller, { name: secret, displayName: 'Ann Lee', roles: ['operator'] })
  const password = made.refusal ? '' : (made.secret ?? '')
  const session = await call(signIn, caller, { name: secret, password, remoteAddress: '203.0.113.9', program: 'the browser of ann' })
  expect(session.refusal).toBeNull()
  return String(made.userId)
}

/** All that the store has of a user, as text. */
async function stored(): Promise<string> {
  const { rows: events } = await center.pool.query<{ context: Buffer; data: Buffer }>('select context, data from elves.events')
  return events.map(({ context, data }) => `${context.toString('latin1')} ${data.toString('latin1')}`).join('\n')
}

const refusedOf = (userId: string) => ({
  ...({ reason: 'TOKEN_ENDED', door: 'POST /graphql', origin: null, credentialId: null, authKeyId: null, addresses: 1, count: 1 } as const),
  ...{ userId, remoteAddress: '203.0.113.9', firstAt: 1, lastAt: 1 },
})

test('the log has no text that says who a user is, and the key opens what it has', async () => {
  const id = await newUser()
  const platform = { ...caller, actor: { kind: 'SYSTEM', id: 'sign-in', name: null } } as const
  expect((await call(tellRefusedRequest, platform, refusedOf(id))).refusal).toBeNull()
  expect(await stored()).toContain('TOKEN_ENDED')
  expect(await stored()).not.toMatch(/ann\.lee|Ann Lee|203\.0\.113|browser of ann/)
  const [created] = await center.store.readStream(userStream(id))
  const name = created?.event.type === 'UserCreated' ? created.event.data.name : ''
  const key = (await keys.find([id])).get(id) ?? ''
  expect(personalKey(id, key).open(sealedBytes(name) ?? Buffer.alloc(0))).toBe(secret)
  const again = await call(createUser, caller, { name: secret, displayName: 'Ann Lee', roles: ['operator'] })
  expect(again.refusal).toBeNull()
  await call(updateUser, caller, { user: id, displayName: 'Ann Lee' })
  expect((await center.store.readStream(userStream(id))).filter(({ event }) => event.type === 'UserChanged')).toEqual([])
})

test('who is erased has no key, no proof and no grant any more, at every instance, and is not made again', async () => {
  const id = await newUser()
  const other = await all.command('two')
  expect(other.handlers.length).toBeGreaterThan(0)
  await call(grant, caller, { subject: { kind: 'USER', id: secret }, permission: 'AUDIT' })
  expect((await call(eraseUser, caller, { user: id, reason: 'asked' })).refusal).toBeNull()
  for (const table of ['personal_keys', 'passwords', 'credentials']) expect(await rows(table, id)).toEqual([])
  const revoked = (await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })).filter(
    ({ event }) => event.type === 'GrantRevoked',
  )
  expect(revoked).toHaveLength(1)
  expect((await call(eraseUser, caller, { user: id })).refusal).toBeNull()
  const made = () => callHandler(other.handlers)(createUser, caller, { name: secret, roles: [] })
  await waitFor(async () => (await made()).refusal?.code === 'USER_ERASED', { what: 'the other instance to know' })
  expect(await rows('personal_keys', id)).toEqual([])
})

test('a key that a backup brought back is deleted, that of somebody else is not', async () => {
  const id = await newUser()
  const [row] = await rows('personal_keys', id)
  await call(createUser, caller, { name: 'bob', roles: [] })
  await call(eraseUser, caller, { user: id })
  const { key_id: keyId, wrapped } = row as { key_id: string; wrapped: Buffer }
  await center.pool.query('insert into elves.personal_keys (user_id, key_id, wrapped) values ($1, $2, $3)', [id, keyId, wrapped])
  const access = { state: async () => accessOf(await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })) }
  const removed: string[] = []
  const people = { removeProofs: async (userId: string) => void removed.push(userId) }
  await erasing({ keys, people, access, logger: silentLogger }).act({} as never, {} as never)
  expect(removed).toEqual([id])
  expect(await rows('personal_keys', id)).toEqual([])
  expect((await center.pool.query('select user_id from elves.personal_keys')).rows).toHaveLength(1)
})

test('keys are wrapped by the services secret where there is no master key, and by the master key as soon as there is one', async () => {
  const none = new PersonalKeys(center.pool, 'elves', withServiceKey(masterKeysAt({ text: '', file: '' }), 'secret'))
  const key = await none.make('0123456789ABCDEF')
  expect(await rows('personal_keys', '0123456789ABCDEF')).toMatchObject([{ key_id: 'service-secret' }])
  expect(await keys.wrapAnew(100)).toBe(1)
  expect(await rows('personal_keys', '0123456789ABCDEF')).not.toMatchObject([{ key_id: 'service-secret' }])
  keys.forget('0123456789ABCDEF')
  expect((await keys.find(['0123456789ABCDEF'])).get('0123456789ABCDEF')).toBe(key)
})
