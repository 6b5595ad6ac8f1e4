import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { as, askAt, done, type NewUser, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { signedQuery } from '../support/sign-v2.ts'
import { waitFor } from '../support/wait-for.ts'

/** What is taken from somebody acts on what is open, of each kind and at each instance. */

let platform: TestPlatform
let admin = ''
const { ask, firstAdmin, newUser } = peopleOf(() => platform)

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users', ELVES_REST_MODE: 'supervisor' }, sharesBroker: true })
  admin = await firstAdmin('a second horse of staples')
})
afterAll(() => platform?.dispose())

/** Far less than the minute for which an instance remembers who somebody is. */
const soon = { timeoutMs: 10_000 }

/** Each instance that has doors of people. */
function instances(): readonly string[] {
  const { url, instances: all } = platform.ready() as { url: string; instances?: Record<string, readonly string[]> }
  return all?.['query-service'] ?? [url]
}

interface Following {
  /** Close code of the socket, or code of the error that ended the subscription; null: it goes on. */
  readonly end: string | number | null
  readonly items: unknown[]
}

/** Opens a socket at each instance and follows all tasks by it. */
async function followEverywhere(token: string): Promise<readonly Following[]> {
  // An instance may learn a moment later what somebody may who was made just now.
  await waitFor(async () => (await codesOf(token)).every((code) => code === undefined), { ...soon, what: 'a list at every instance' })
  return Promise.all(
    instances().map(async (url) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: as(token),
        retryAttempts: 0,
        lazy: false,
        onNonLazyError: () => undefined,
      })
      const following = { end: null as string | number | null, items: [] as unknown[] }
      client.on('closed', (event) => {
        following.end ??= (event as { code: number }).code
      })
      const items = client.iterate({ query: 'subscription { taskChanged { task { id } } }' })
      void (async () => {
        for await (const { data, errors } of items) {
          if (data) following.items.push(data)
          for (const { extensions } of errors ?? []) following.end = String(extensions?.['code'])
        }
      })().catch((error: unknown) => {
        following.end ??= (error as { code?: number }).code ?? ((error as { extensions: { code: string } }[])[0]?.extensions.code as string)
      })
      // It is open when something was answered behind it.
      for await (const { data } of client.iterate({ query: '{ viewer { scopes } }' })) expect(data).toBeTruthy()
      return following
    }),
  )
}

async function ended(all: readonly Following[], how: string | number): Promise<void> {
  await waitFor(() => all.every(({ end }) => end !== null), { ...soon, what: 'the ends' })
  expect(all.map(({ end }) => end)).toEqual(all.map(() => how))
}

async function codesOf(token: string): Promise<readonly (string | undefined)[]> {
  return Promise.all(instances().map(async (url) => (await askAt(`${url}/graphql`, '{ tasks { nodes { id } } }', {}, as(token))).code))
}

const everywhere = (code: string) => instances().map(() => code)
const asAdmin = (mutation: string, variables: object = {}) => done(ask(mutation, variables, as(admin)))
const run = (headers: Record<string, string>) =>
  ask('mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { state } refusal { code } } }', {}, headers)

async function tokenFor(user: NewUser, more = ''): Promise<{ id: string; secret: string }> {
  const make = `mutation { createAccessToken(input: { name: "script" ${more} }) { accessToken { id } secret refusal { code } } }`
  // An instance may not know yet that the password has been changed.
  const { accessToken, secret } = await waitFor(() => done(ask(make, {}, as(user.token))), { ...soon, what: 'the access token' })
  return { id: accessToken.id, secret }
}

describe('an open socket and what follows on it end', () => {
  it('with the session that opened it', async () => {
    const user = await newUser(admin, 'ann')
    const all = await followEverywhere(user.token)
    await asAdmin('mutation ($u: ID!) { endSessions(input: { user: $u }) { refusal { code } } }', { u: user.id })
    await ended(all, 4401)
    expect(await codesOf(user.token)).toEqual(everywhere('UNAUTHENTICATED'))
  })

  it('with the access token that opened it: revoked, or expired', async () => {
    const user = await newUser(admin, 'bob')
    const { id, secret } = await tokenFor(user)
    const all = await followEverywhere(secret)
    await done(ask('mutation ($t: ID!) { revokeAccessToken(input: { accessToken: $t }) { refusal { code } } }', { t: id }, as(user.token)))
    await ended(all, 4401)
    expect(await codesOf(secret)).toEqual(everywhere('UNAUTHENTICATED'))
    const short = await tokenFor(user, `expiresAt: "${new Date(Date.now() + 4_000).toISOString()}"`)
    await ended(await followEverywhere(short.secret), 4401)
  })

  it('with the user, also where an access token opened it', async () => {
    const user = await newUser(admin, 'cid')
    const { secret } = await tokenFor(user)
    const all = [...(await followEverywhere(user.token)), ...(await followEverywhere(secret))]
    await asAdmin('mutation ($u: ID!) { disableUser(input: { user: $u }) { refusal { code } } }', { u: user.id })
    await ended(all, 4401)
    expect(await codesOf(secret)).toEqual(everywhere('UNAUTHENTICATED'))
  })

  it('where an access token opened it, with the password that somebody else sets', async () => {
    const user = await newUser(admin, 'dot')
    const { secret } = await tokenFor(user)
    const all = await followEverywhere(secret)
    await asAdmin('mutation ($u: ID!) { resetPassword(input: { user: $u }) { refusal { code } } }', { u: user.id })
    await ended(all, 4401)
    expect(await codesOf(secret)).toEqual(everywhere('PASSWORD_MUST_CHANGE'))
  })
})

describe('a subscription ends, though nothing happens in it', () => {
  it('with the grant', async () => {
    const user = await newUser(admin, 'eve', [])
    const give = 'mutation ($u: String!) { grant(input: { subject: { kind: USER, id: $u }, permission: VIEW }) { grant { id } refusal { code } } }'
    const { grant } = await asAdmin(give, { u: user.id })
    await waitFor(async () => (await codesOf(user.token)).every((code) => code === undefined), soon)
    const all = await followEverywhere(user.token)
    await asAdmin('mutation ($g: ID!) { revokeGrant(input: { grant: $g }) { refusal { code } } }', { g: grant.id })
    await ended(all, 'FORBIDDEN')
    expect(await codesOf(user.token)).toEqual(everywhere('FORBIDDEN'))
  })

  it('with the permission of a role, and with the role of a user', async () => {
    await asAdmin('mutation { createRole(input: { name: "watcher", permissions: [VIEW] }) { refusal { code } } }')
    const [one, other] = [await newUser(admin, 'fay', ['watcher']), await newUser(admin, 'gil', ['watcher'])]
    const ofOne = await followEverywhere(one.token)
    await asAdmin('mutation ($u: ID!) { updateUser(input: { user: $u, roles: [] }) { refusal { code } } }', { u: one.id })
    await ended(ofOne, 'FORBIDDEN')
    const ofOther = await followEverywhere(other.token)
    await asAdmin('mutation { updateRole(input: { name: "watcher", permissions: [CANCEL] }) { refusal { code } } }')
    await ended(ofOther, 'FORBIDDEN')
  })
})

it('an auth key that is revoked signs nothing any more, at any instance', async () => {
  const { authKey, secret } = await asAdmin('mutation { createAuthKey(input: { name: "k" }) { authKey { id } secret refusal { code } } }')
  const flags = () =>
    Promise.all(
      instances().map(async (url) => {
        const path = '/api/v2/info/agents'
        const answer = await fetch(`${url}${path}?${signedQuery({ path, parameters: {}, key: secret }, authKey.id)}`)
        return ((await answer.json()) as { error: string }).error
      }),
    )
  await waitFor(async () => (await flags()).every((error) => !/413\.1/.test(error)), soon)
  const used = async () => (await ask('{ authKeys { nodes { id lastUsedAt } } }', {}, as(admin))).data.authKeys.nodes
  await waitFor(async () => (await used()).find(({ id }: { id: string }) => id === authKey.id)?.lastUsedAt, soon)
  await asAdmin('mutation ($k: ID!) { revokeAuthKey(input: { id: $k }) { refusal { code } } }', { k: authKey.id })
  await waitFor(async () => (await flags()).every((error) => /413\.1/.test(error)), soon)
})

it('a secret that is deleted, or that somebody may not use any more, is used by nothing, at any instance', async () => {
  const user = await newUser(admin, 'hal')
  await asAdmin('mutation { createSecret(input: { name: "door", value: "behind the door" }) { refusal { code } } }')
  const give =
    'mutation ($u: String!) { grant(input: { subject: { kind: USER, id: $u }, permission: USE_SECRETS }) { grant { id } refusal { code } } }'
  const { grant } = await asAdmin(give, { u: user.id })
  const use = `mutation ($param: JSON) {
    runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword", param: $param, wait: false }) { refusal { code } }
  }`
  const param = { a: { $secret: 'door' } }
  const codes = (token: string) =>
    Promise.all(instances().map(async (url) => (await askAt(`${url}/graphql`, use, { param }, as(token))).data.runTask.refusal?.code ?? null))
  await waitFor(async () => (await codes(user.token)).every((code) => code === null), soon)
  await asAdmin('mutation ($g: ID!) { revokeGrant(input: { grant: $g }) { refusal { code } } }', { g: grant.id })
  await waitFor(async () => (await codes(user.token)).every((code) => code === 'FORBIDDEN'), { ...soon, what: 'the end of the grant' })
  await asAdmin('mutation { deleteSecret(input: { name: "door" }) { refusal { code } } }')
  await waitFor(async () => (await codes(admin)).every((code) => code === 'SECRET_UNKNOWN'), { ...soon, what: 'the end of the secret' })
})

it('an agent that is revoked is cut off, and takes nothing any more', async () => {
  expect((await run(as(admin))).data.runTask.task.state).toBe('SUCCEEDED')
  const id = platform.ready().agents[0]?.id
  await asAdmin('mutation ($a: ID!) { revokeAgent(input: { agent: $a }) { refusal { code } } }', { a: id })
  const state = async () => (await ask('query ($a: ID!) { agent(id: $a) { state } }', { a: id }, as(admin))).data.agent.state
  await waitFor(async () => (await state()) === 'REVOKED', soon)
  expect((await run(as(admin))).data.runTask).toMatchObject({ task: null, refusal: { code: expect.stringMatching(/^AGENT_/) } })
})
