import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'

/** What is left of a user who was erased: what was done stays, and nobody reads any more by whom. */

let platform: TestPlatform
let admin = ''

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users', ELVES_AUDIT_HEAD_MS: '500' }, sharesBroker: true })
  admin = await people.firstAdmin('a first horse of staples')
})
afterAll(() => platform?.dispose())

const people = peopleOf(() => platform)
const { ask, newUser } = people
const asked = async (query: string, variables: object = {}) => (await ask(query, variables, as(admin))).data
const erased = 'erased'

const usersText = '{ users(first: 50) { nodes { id name displayName state roles sessions { remoteAddress program } accessTokens { name } } } }'
const userOf = async (id: string) => (await asked(usersText)).users.nodes.find((user: { id: string }) => user.id === id)
const eventsText =
  'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 500) { nodes { type data actor { kind id name } } } }'
const eventsOf = async (id: string) => (await asked(eventsText, { s: [`user-${id}`] })).events.nodes as readonly { type: string; data: object }[]

async function exported(format: string): Promise<string> {
  return (await fetch(`${platform.ready().url}/audit/export?format=${format}`, { headers: as(admin) })).text()
}

test('who was erased is out, and reads as erased in the lists, the events, the past and the sentences; an export never had the name', async () => {
  const name = 'zoe.quill@example.com'
  const { id, token } = await newUser(admin, name)
  await done(ask('mutation ($u: ID!) { updateUser(input: { user: $u, displayName: "Zoe Quill" }) { refusal { code } } }', { u: id }, as(admin)))
  await done(ask('mutation { createAccessToken(input: { name: "quills laptop" }) { accessToken { name } refusal { code } } }', {}, as(token)))
  await done(
    ask(
      'mutation ($u: String!) { grant(input: { subject: { kind: USER, id: $u }, permission: APPROVE }) { grant { sentence } refusal { code } } }',
      { u: name },
      as(admin),
    ),
  )
  const run =
    'mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { id requestedBy { name } } refusal { code } } }'
  const { task } = await done(ask(run, {}, as(token)))
  expect(task.requestedBy.name).toBe(name)
  const before = { id, name, displayName: 'Zoe Quill', state: 'ACTIVE', roles: ['operator'] }
  await expect.poll(() => userOf(id)).toMatchObject({ ...before, accessTokens: [{ name: 'quills laptop' }] })
  await expect.poll(async () => JSON.stringify(await eventsOf(id))).toMatch(/zoe\.quill.*Zoe Quill.*quills laptop/)
  const moment = new Date().toISOString()
  const may = (at: string) =>
    asked('query ($at: DateTime, $u: String!) { access(subject: { kind: USER, id: $u }, permission: APPROVE, at: $at) { isAllowed sentence } }', {
      at,
      u: id,
    })
  expect((await may(moment)).access).toMatchObject({ isAllowed: true, sentence: expect.stringContaining(name) })

  const erase = 'mutation ($u: ID!) { eraseUser(input: { user: $u, reason: "asked" }) { user { state name displayName } refusal { code } } }'
  const { user } = await done(ask(erase, { u: id }, as(admin)))
  expect(user).toEqual({ state: 'ERASED', name: erased, displayName: erased })

  await expect.poll(async () => (await ask('{ platform { version } }', {}, as(token))).code).toBe('UNAUTHENTICATED')
  await expect
    .poll(() => userOf(id))
    .toEqual({ ...{ id, name: erased, displayName: erased, state: 'ERASED', roles: [] }, sessions: [], accessTokens: [{ name: erased }] })
  await expect.poll(async () => JSON.stringify(await eventsOf(id))).not.toMatch(/zoe|quill/i)
  expect((await eventsOf(id)).find(({ type }) => type === 'UserCreated')?.data).toMatchObject({
    name: erased,
    displayName: erased,
    roles: ['operator'],
  })
  const taskText = 'query ($id: ID!, $at: DateTime) { task(id: $id, asOf: $at) { requestedBy { id name } } }'
  for (const at of [null, moment]) expect((await asked(taskText, { id: task.id, at })).task.requestedBy).toEqual({ id, name: erased })
  const then = (await may(moment)).access
  expect(then).toMatchObject({ isAllowed: true, sentence: expect.stringContaining(`User ${erased} may`) })
  await expect.poll(async () => (await may(new Date().toISOString())).access.isAllowed).toBe(false)

  for (const format of ['ndjson', 'csv']) {
    // An export ends with the last signed head.
    await expect.poll(() => exported(format), { timeout: 60_000, interval: 500 }).toContain('UserErased')
    expect(await exported(format)).not.toMatch(/zoe|quill/i)
  }

  const again = await ask('mutation ($n: String!) { createUser(input: { name: $n, roles: [] }) { refusal { code } } }', { n: name }, as(admin))
  expect(again.data.createUser.refusal.code).toBe('USER_ERASED')
  expect((await people.signIn(name, 'the long word of nobody')).code).toBe('UNAUTHENTICATED')
})

test('nobody erases themselves', async () => {
  const { viewer } = await asked('{ viewer { user { id } } }')
  const answer = await ask('mutation ($u: ID!) { eraseUser(input: { user: $u }) { refusal { code } } }', { u: viewer.user.id }, as(admin))
  expect(answer.data.eraseUser.refusal.code).toBe('FORBIDDEN')
})

test('read models that are made anew after an erasure are the same', async () => {
  const { id } = await newUser(admin, 'mo.fern@example.com')
  await done(ask('mutation ($u: ID!) { eraseUser(input: { user: $u }) { refusal { code } } }', { u: id }, as(admin)))
  await expect.poll(async () => (await userOf(id))?.state).toBe('ERASED')
  const before = await userOf(id)
  const rebuild = 'mutation { rebuildReadModels(input: { readModels: [], reason: "test" }) { rebuild { id } refusal { code } } }'
  const { rebuild: asking } = await done(ask(rebuild, {}, as(admin)))
  const stateOf = async () => {
    const { rebuilds } = await asked('{ rebuilds(first: 10) { nodes { id state } } }')
    return rebuilds.nodes.find((one: { id: string }) => one.id === asking.id)?.state
  }
  await expect.poll(stateOf, { timeout: 120_000, interval: 250 }).toBe('DONE')
  expect(await userOf(id)).toEqual(before)
})
