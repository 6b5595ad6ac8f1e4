import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Mode `proxy`: people are who a proxy says. The tests are the proxy, on 127.0.0.1. */

let platform: TestPlatform
const { ask } = peopleOf(() => platform)

beforeAll(async () => {
  platform = await startPlatform({
    env: {
      ELVES_AUTH: 'proxy',
      ELVES_PROXY_ADDRESSES: '127.0.0.1',
      ELVES_PROXY_GROUPS_HEADER: 'x-forwarded-groups',
      ELVES_SIGN_IN_ROLES: 'ops=operator,leads=admin',
    },
    sharesBroker: true,
  })
})
afterAll(() => platform?.dispose())

const said = (user: string, groups = '') => ({ 'x-forwarded-user': user, 'x-forwarded-groups': groups })
const lead = said('lea', 'leads')
const viewer = '{ viewer { actor { kind name } user { id name roles sessions { id method } } } signInMethods }'

describe('somebody whom the proxy names', () => {
  it('is a user with the roles of the groups, from the first request on', async () => {
    expect((await ask(viewer)).code).toBe('UNAUTHENTICATED')
    const seen = async () => (await ask(viewer, {}, lead)).data.viewer
    // Each instance that is asked begins a session.
    await waitFor(async () => (await seen()).user?.sessions.length > 0)
    const sessions = expect.arrayContaining([expect.objectContaining({ method: 'PROXY' })])
    expect(await seen()).toMatchObject({ actor: { kind: 'USER', name: 'lea' }, user: { roles: ['admin'], sessions } })
    expect((await ask('{ users { nodes { name } } }', {}, said('opa', 'ops'))).code).toBe('FORBIDDEN')
    expect((await ask('{ tasks { nodes { id } } }', {}, said('opa', 'ops'))).code).toBeUndefined()
  })

  it('loses the roles of groups that the proxy does not name any more', async () => {
    expect((await ask('{ tasks { nodes { id } } }', {}, said('max', 'ops'))).code).toBeUndefined()
    await waitFor(async () => (await ask('{ tasks { nodes { id } } }', {}, said('max'))).code === 'FORBIDDEN')
    const [user] = (await ask('{ users(filter: { names: ["max"] }) { nodes { roles } } }', {}, lead)).data.users.nodes
    expect(user.roles).toEqual([])
  })

  it('who is disabled is out, whatever the proxy says, also on an open socket', async () => {
    const own = said('bob', 'ops')
    class Named extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: own })
      }
    }
    const client = createClient({
      url: platform.ready().subscriptionsUrl,
      webSocketImpl: Named,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
    })
    const closed = new Promise<number>((resolve) => client.on('closed', (event) => resolve((event as { code: number }).code)))
    await new Promise((resolve) => client.on('connected', resolve))
    const id = await waitFor(async () => (await ask(viewer, {}, own)).data.viewer.user?.id)
    await done(ask('mutation ($u: ID!) { disableUser(input: { user: $u }) { refusal { code } } }', { u: id }, lead))
    expect(await closed).toBe(4401)
    await client.dispose()
    expect((await ask(viewer, {}, own)).code).toBe('UNAUTHENTICATED')
  })

  it('makes tokens for programs, which need no proxy', async () => {
    const make = 'mutation { createAccessToken(input: { name: "script" }) { secret refusal { code } } }'
    const { secret } = await done(ask(make, {}, lead))
    expect((await ask('{ viewer { actor { name } } }', {}, as(secret))).data.viewer.actor.name).toBe('lea')
  })
})

it.each(['a b', 'x'.repeat(65), 'a,b', '../x'])('a name that no user can have is nobody: %s', async (name) => {
  expect((await ask(viewer, {}, said(name, 'leads'))).code).toBe('UNAUTHENTICATED')
})

it('a page of another site gets nothing by the proxy', async () => {
  expect((await ask(viewer, {}, { ...lead, origin: 'http://evil.example' })).status).toBe(403)
})
