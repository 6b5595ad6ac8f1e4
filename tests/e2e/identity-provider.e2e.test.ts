import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, type IdentityProvider, identityProvider } from '../support/identity-provider.ts'
import { as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** People whom an identity provider names: a real one, with its pages. */

let provider: IdentityProvider
let platform: TestPlatform
let admin = ''
const { ask, firstAdmin, newUser, signIn } = peopleOf(() => platform)

beforeAll(async () => {
  provider = await identityProvider()
  const { issuer, clientId, clientSecret } = provider
  platform = await startPlatform({
    env: {
      ELVES_AUTH: 'users',
      ELVES_OIDC_ISSUER: issuer,
      ELVES_OIDC_CLIENT_ID: clientId,
      ELVES_OIDC_CLIENT_SECRET: clientSecret,
      ELVES_SIGN_IN_ROLES: 'ops=operator',
    },
    sharesBroker: true,
  })
  provider.allow(`${platform.ready().url}/sign-in/oidc/callback`)
  admin = await firstAdmin('a third horse of staples')
})
afterAll(async () => {
  await platform?.dispose()
  await provider?.stop()
})

const here = (path = '') => `${platform.ready().url}${path}`
const viewer = '{ viewer { actor { kind name } user { id name displayName roles sessions { method } } } }'
const asBrowser = (browser: Browser) => ({ cookie: browser.cookies(here()), origin: here() })
const eventsOf = async (id: string): Promise<readonly { type: string; data: Record<string, unknown> }[]> => {
  const query = 'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 500) { nodes { type data } } }'
  return (await ask(query, { s: [`user-${id}`] }, as(admin))).data.events.nodes
}

describe('somebody who signs in at the provider', () => {
  it('is a user with the roles of the groups, and is led to where they wanted', async () => {
    expect((await ask('{ signInMethods }')).data.signInMethods).toEqual(['PASSWORD', 'OIDC'])
    provider.accounts.set('ann@id', { preferred_username: 'ann', name: 'Ann of ops', groups: ['ops', 'others'] })
    const browser = new Browser()
    const { url } = await browser.signIn(here('/sign-in/oidc?to=/tasks%3Fa=b'), 'ann@id', (at) => at.startsWith(here('/tasks')))
    expect(url).toBe(here('/tasks?a=b'))
    const seen = await waitFor(async () => (await ask(viewer, {}, asBrowser(browser))).data.viewer.user)
    expect(seen).toMatchObject({ name: 'ann', displayName: 'Ann of ops', roles: ['operator'], sessions: [{ method: 'OIDC' }] })
    const types = async () => (await eventsOf(seen.id)).map(({ type }) => type)
    await expect.poll(types).toEqual(['UserCreated', 'UserIdentityLinked', 'UserSignedIn'])
    const events = await eventsOf(seen.id)
    expect(events[1]?.data).toEqual({ issuer: provider.issuer, subject: 'ann@id' })
    expect((await signIn('ann', 'any password at all')).code).toBe('UNAUTHENTICATED')
  })

  it('loses the role of a group that the provider names no more, at the next sign-in', async () => {
    provider.accounts.set('ann@id', { preferred_username: 'ann', groups: [] })
    const browser = new Browser()
    await browser.signIn(here('/sign-in/oidc'), 'ann@id', (at) => at === here('/'))
    await waitFor(async () => (await ask(viewer, {}, asBrowser(browser))).data.viewer.user?.roles.length === 0)
  })

  it('takes nobody over by a name: neither who has a password, nor who is another one there', async () => {
    await newUser(admin, 'bob')
    provider.accounts.set('bob@id', { preferred_username: 'bob' })
    provider.accounts.set('other@id', { preferred_username: 'ann' })
    for (const login of ['bob@id', 'other@id']) {
      const browser = new Browser()
      expect(await browser.signIn(here('/sign-in/oidc'), login)).toMatchObject({ status: 401, text: expect.stringContaining('somebody else') })
      expect((await ask(viewer, {}, asBrowser(browser))).data.viewer).toBeNull()
    }
  })

  it('who is disabled does not get in', async () => {
    const [{ id }] = (await ask('{ users(filter: { names: ["ann"] }) { nodes { id } } }', {}, as(admin))).data.users.nodes
    await done(ask('mutation ($u: ID!) { disableUser(input: { user: $u }) { refusal { code } } }', { u: id }, as(admin)))
    const browser = new Browser()
    expect(await browser.signIn(here('/sign-in/oidc'), 'ann@id')).toMatchObject({ status: 401, text: expect.stringContaining('disabled') })
  })
})

describe('an answer of the provider', () => {
  const answered = async (browser: Browser) =>
    (await browser.signIn(here('/sign-in/oidc'), 'cid@id', (at) => at.startsWith(here('/sign-in/oidc/callback')))).url

  it('is good once, and only in the browser that asked for it', async () => {
    provider.accounts.set('cid@id', { preferred_username: 'cid' })
    const [own, other] = [new Browser(), new Browser()]
    const answer = await answered(own)
    expect(await other.open(answer)).toMatchObject({ status: 401, text: expect.stringContaining('has not begun this sign-in') })
    // Another browser that has begun a sign-in of its own.
    await other.open(here('/sign-in/oidc'))
    expect((await other.open(answer)).status).toBe(401)
    expect((await own.open(answer, undefined, (at) => at === here('/'))).url).toBe(here('/'))
    expect((await own.open(answer)).status).toBe(401)
  })

  it('that was altered proves nothing', async () => {
    const browser = new Browser()
    const answer = new URL(await answered(browser))
    answer.searchParams.set('state', 'another')
    expect((await browser.open(answer.href)).status).toBe(401)
    expect((await ask(viewer, {}, asBrowser(browser))).data.viewer).toBeNull()
  })

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])('leads to this platform only: %s', async (to) => {
    const browser = new Browser()
    const { url } = await browser.signIn(
      here(`/sign-in/oidc?to=${encodeURIComponent(to)}`),
      'cid@id',
      (at) => !at.includes('/sign-in/') && !at.startsWith(provider.issuer),
    )
    expect(new URL(url).origin).toBe(here())
  })
})
