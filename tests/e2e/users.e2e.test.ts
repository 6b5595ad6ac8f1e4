import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { as, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Mode `users`: what lets somebody in, what keeps others out, and what an auditor sees of it. */

let platform: TestPlatform
let admin = ''
const adminPassword = 'a first horse of staples'

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users' }, sharesBroker: true })
})
afterAll(() => platform?.dispose())

const { ask, signIn, changePassword, newUser: newUserBy } = peopleOf(() => platform)
const newUser = (name: string) => newUserBy(admin, name)
const viewer = '{ viewer { actor { kind id name } user { name mustChangePassword roles } scopes } }'

async function eventsOf(id: string): Promise<readonly { type: string; data: Record<string, unknown> }[]> {
  const query = 'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 500) { nodes { type data } } }'
  return (await ask(query, { s: [`user-${id}`] }, as(admin))).data.events.nodes
}

describe('the first admin', () => {
  it('gets in with the password of the ready file, and must change it before anything else', async () => {
    const first = platform.ready().adminPassword ?? ''
    expect([first.length > 15, platform.ready().token]).toEqual([true, ''])
    const { data } = await signIn('admin', first)
    expect(data.signIn.viewer.user).toMatchObject({ name: 'admin', mustChangePassword: true })
    admin = data.signIn.session.token
    expect((await ask('{ agents { nodes { id } } }', {}, as(admin))).code).toBe('PASSWORD_MUST_CHANGE')
    expect((await fetch(`${platform.ready().url}/audit/export`, { headers: as(admin) })).status).toBe(403)
    expect((await changePassword(admin, 'another', adminPassword)).data.changePassword.refusal.code).toBe('PASSWORD_WRONG')
    expect((await changePassword(admin, first, 'short')).data.changePassword.refusal.code).toBe('PASSWORD_INVALID')
    expect((await changePassword(admin, first, adminPassword)).data.changePassword.refusal).toBeNull()
    const seen = async () => (await ask(viewer, {}, as(admin))).data.viewer.user
    await expect.poll(seen).toMatchObject({ name: 'admin', mustChangePassword: false, roles: ['admin'] })
    expect((await signIn('admin', first)).code).toBe('UNAUTHENTICATED')
  })

  it.skipIf(testedShape === 'compose')('has no first password any more: neither the ready file nor the next start tells one', async () => {
    await expect.poll(async () => Object.keys((await platform.readyNow()) ?? {}), { timeout: 20_000 }).not.toContain('adminPassword')
    await platform.stop()
    expect(await platform.start()).not.toHaveProperty('adminPassword')
    // The ready file is there before the message is written.
    await expect.poll(() => platform.output()).toContain('(sign in')
    admin = (await signIn('admin', adminPassword)).data.signIn.session.token
  })
})

describe.each(['sign-in.md', 'sign-in.zh-CN.md'])('the samples of %s', (page) => {
  it('sign in, change the password and make a user', async () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', page), 'utf8')
    const [enter = '', change = '', create = '', ...more] = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample]) => sample)
    expect(more).toEqual([])
    const { token } = (await ask(enter, { name: 'admin', password: adminPassword })).data.signIn.session
    const changed = await ask(change, { oldPassword: adminPassword, newPassword: adminPassword }, as(token))
    expect(changed.data.changePassword.refusal).toBeNull()
    // The session that changed it is the only one that is left.
    admin = token
    const made = (await ask(create, { name: `of.${page}`, roles: ['operator'] }, as(token))).data.createUser
    expect(made).toMatchObject({ user: { name: `of.${page}` }, refusal: null })
    expect((await ask(enter, { name: `of.${page}`, password: made.password })).data.signIn.viewer.user.mustChangePassword).toBe(true)
  })
})

describe('a guest', () => {
  it('is told nothing but that nobody has signed in', async () => {
    expect((await ask(viewer)).data).toEqual({ viewer: null })
    for (const query of ['{ agents { nodes { id } } }', `{ viewer { scopes } users { nodes { name } } }`, 'mutation { signOut { position } }']) {
      expect(await ask(query)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    }
    expect((await fetch(`${platform.ready().url}/audit/export`)).status).toBe(401)
  })
})

describe('a user', () => {
  it('is the actor of what they do, until signed out; the token proves nothing then', async () => {
    const { id, token } = await newUser('ann')
    const run = 'mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { requestedBy { kind id name } } } }'
    expect((await ask(run, {}, as(token))).data.runTask.task.requestedBy).toEqual({ kind: 'USER', id, name: 'ann' })
    expect((await ask('mutation { signOut { refusal { code } } }', {}, as(token))).data.signOut.refusal).toBeNull()
    await waitFor(async () => (await ask(run, {}, as(token))).code === 'UNAUTHENTICATED', { what: 'the end of the session' })
    const life = ['UserCreated', 'UserPasswordSet', 'UserSignedIn', 'UserPasswordSet', 'UserSessionEnded']
    await expect.poll(async () => (await eventsOf(id)).map(({ type }) => type)).toEqual(life)
    const events = await eventsOf(id)
    expect(JSON.stringify(events)).not.toMatch(/argon2|elves_s_|long word/)
  })

  it('who is disabled is out at once, also on an open WebSocket, and in again when enabled', async () => {
    const { id, token, password } = await newUser('bob')
    const client = createClient({
      url: platform.ready().subscriptionsUrl,
      webSocketImpl: WebSocket,
      connectionParams: as(token),
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
    })
    const closed = new Promise<number>((resolve) => client.on('closed', (event) => resolve((event as { code: number }).code)))
    await new Promise((resolve) => client.on('connected', resolve))
    const change = (name: string) => ask(`mutation ($u: ID!) { ${name}(input: { user: $u }) { refusal { code } } }`, { u: id }, as(admin))
    expect((await change('disableUser')).data.disableUser.refusal).toBeNull()
    expect(await closed).toBe(4401)
    await client.dispose()
    expect((await ask('{ platform { version } }', {}, as(token))).code).toBe('UNAUTHENTICATED')
    expect((await signIn('bob', password)).code).toBe('UNAUTHENTICATED')
    await change('enableUser')
    expect((await ask('{ platform { version } }', {}, as(token))).code).toBe('UNAUTHENTICATED')
    expect((await signIn('bob', password)).data.signIn.viewer.user.name).toBe('bob')
  })

  it('has access tokens for programs, with scopes, until they are revoked', async () => {
    const { token } = await newUser('cid')
    const make = 'mutation ($i: CreateAccessTokenInput!) { createAccessToken(input: $i) { accessToken { id name } secret refusal { code } } }'
    const { accessToken, secret } = (await ask(make, { i: { name: 'script', scopes: ['VIEW'] } }, as(token))).data.createAccessToken
    expect((await ask(viewer, {}, as(secret))).data.viewer).toMatchObject({ actor: { name: 'cid' }, scopes: ['VIEW'] })
    expect((await ask('{ agents { nodes { ip } } }', {}, as(secret))).data.agents.nodes).toContainEqual({ ip: '127.0.0.1' })
    const run = 'mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { refusal { code } } }'
    expect((await ask(run, {}, as(secret))).data.runTask.refusal.code).toBe('FORBIDDEN')
    expect((await ask(make, { i: { name: 'more' } }, as(secret))).data.createAccessToken.refusal.code).toBe('FORBIDDEN')
    const listed = async () => (await ask('{ accessTokens { id name } }', {}, as(token))).data.accessTokens
    await expect.poll(listed).toEqual([accessToken])
    const uses = async () => (await ask('{ accessTokens { lastUsedAt } }', {}, as(token))).data.accessTokens
    await expect.poll(uses).toEqual([{ lastUsedAt: expect.stringMatching(/^20/) }])
    await ask('mutation ($t: ID!) { revokeAccessToken(input: { accessToken: $t }) { refusal { code } } }', { t: accessToken.id }, as(token))
    await waitFor(async () => (await ask('{ platform { version } }', {}, as(secret))).code === 'UNAUTHENTICATED', { what: 'the end of the token' })
  })

  it('of a page has a cookie, which is made anew at each sign-in and taken away at the end', async () => {
    const { password } = await newUser('dot')
    const { url } = platform.ready()
    const planted = `elves_${new URL(url).port}=elves_s_planted`
    const { cookie, data } = await signIn('dot', password, { origin: url, cookie: planted })
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect(cookie).toContain(data.signIn.session.token)
    expect(cookie).not.toContain('planted')
    const page = { cookie: (cookie ?? '').split(';')[0] ?? '', origin: url }
    expect((await ask('{ platform { version } }', {}, page)).status).toBe(200)
    expect((await ask('{ platform { version } }', {}, { ...page, origin: 'http://evil.example' })).status).toBe(403)
    expect((await ask('{ platform { version } }', {}, { cookie: page.cookie })).status).toBe(401)
    expect((await ask('mutation { signOut { refusal { code } } }', {}, page)).cookie).toMatch(/=; .*Max-Age=0/)
  })
})

describe('who guesses', () => {
  it('is locked out after some tries, whether the name is anybody’s or not, and the log tells of a flood in few events', async () => {
    const { id } = await newUser('eve')
    for (const name of ['eve', 'nobody-at-all']) {
      const codes: (string | undefined)[] = []
      for (let nth = 0; nth < 7; nth++) codes.push((await signIn(name, `guess number ${nth}`)).code)
      expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'UNAUTHENTICATED'))
      expect(codes).toContain('SIGN_IN_LOCKED')
    }
    // Those of the second name came last.
    const unknown = await waitFor(async () => ((events) => events.length > 0 && events)(await eventsOf('0000000000000000')))
    const failed = (await eventsOf(id)).filter(({ type }) => type === 'UserSignInFailed')
    expect(failed.length).toBeLessThan(5)
    expect(failed[0]?.data).toMatchObject({ fault: 'PASSWORD', count: 1 })
    expect(unknown[0]).toMatchObject({ type: 'UserSignInFailed', data: { fault: 'NAME' } })
    expect(JSON.stringify([failed, unknown])).not.toMatch(/guess|nobody-at-all/)
  })
})
