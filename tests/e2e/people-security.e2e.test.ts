import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** What people may try on a platform with users: each is refused, and leaves the event that an auditor looks for. */

let platform: TestPlatform
let admin = ''
const { ask, signIn, tokenOf, firstAdmin, newUser } = peopleOf(() => platform)

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users', ELVES_LOG_LEVEL: 'info' }, sharesBroker: true })
  admin = await firstAdmin('a first horse of staples')
})
afterAll(() => platform?.dispose())

interface Told {
  readonly type: string
  readonly actor: { readonly id: string }
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
  readonly data: any
}

async function told(filter: object): Promise<readonly Told[]> {
  const query = 'query ($f: EventFilter) { events(filter: $f, first: 500) { nodes { type actor { id } data } } }'
  return (await ask(query, { f: filter }, as(admin))).data.events.nodes
}

/** An event of requests that were refused at the door. */
async function refusedRequest(about: object): Promise<void> {
  const wanted = Object.entries(about)
  const found = async () => (await told({ types: ['RequestRefused'] })).find(({ data }) => wanted.every(([name, value]) => data[name] === value))
  const { actor, data } = await waitFor(found, { what: `the event of ${JSON.stringify(about)}` })
  expect(actor.id).toBe('sign-in')
  expect(data).toMatchObject({ remoteAddress: expect.stringMatching(/127\.0\.0\.1|::1/), firstAt: expect.any(Number), lastAt: expect.any(Number) })
}

/** An event that says that this user was refused this. */
async function denied(id: string, command: string): Promise<void> {
  const seen = async () => (await told({ types: ['AccessDenied'], actors: [id] })).some(({ data }) => data.command === command)
  await waitFor(seen, { what: `the denial of ${command}` })
}

const role = (name: string, input: object) =>
  ask(
    `mutation ($i: ${name === 'createRole' ? 'CreateRoleInput' : 'UpdateRoleInput'}!) { ${name}(input: $i) { refusal { code } } }`,
    { i: input },
    as(admin),
  )

describe('somebody who manages access in one department', () => {
  it('gets nothing more by editing a role that he has, by a new one, by a grant, or by a user that he makes', async () => {
    await done(role('createRole', { name: 'Lead.of.shop', permissions: ['MANAGE_ACCESS', 'VIEW'], apps: ['shop'] }))
    const { id, token } = await newUser(admin, 'lead', ['Lead.of.shop'])
    const by = as(token)
    const code = async (query: string, variables: object = {}) =>
      Object.values((await ask(query, variables, by)).data)[0] as { refusal: { code: string } }
    const edits = [
      { name: 'Lead.of.shop', permissions: ['MANAGE_ACCESS', 'VIEW', 'RUN'] },
      { name: 'Lead.of.shop', apps: ['*'] },
      { name: 'Lead.of.shop', apps: ['shop', 'bank'] },
    ]
    for (const i of edits) {
      expect((await code('mutation ($i: UpdateRoleInput!) { updateRole(input: $i) { refusal { code } } }', { i })).refusal.code).toBe('FORBIDDEN')
    }
    const made = { name: 'mine', permissions: ['RUN'], apps: ['shop'] }
    expect((await code('mutation ($i: CreateRoleInput!) { createRole(input: $i) { refusal { code } } }', { i: made })).refusal.code).toBe('FORBIDDEN')
    const given = { subject: { kind: 'USER', id }, permission: 'RUN', apps: ['shop'] }
    expect((await code('mutation ($i: GrantInput!) { grant(input: $i) { refusal { code } } }', { i: given })).refusal.code).toBe('FORBIDDEN')
    const other = { name: 'puppet', roles: ['operator'] }
    expect((await code('mutation ($i: CreateUserInput!) { createUser(input: $i) { refusal { code } } }', { i: other })).refusal.code).toBe(
      'FORBIDDEN',
    )
    const limit = { kind: 'USER', of: 'lead', openTasks: 1_000_000 }
    expect((await code('mutation ($i: SetLimitInput!) { setLimit(input: $i) { refusal { code } } }', { i: limit })).refusal.code).toBe('FORBIDDEN')
    const guard = { app: 'bank', name: 'x', outcome: 'WARN' }
    expect((await code('mutation ($i: SetGuardInput!) { setGuard(input: $i) { refusal { code } } }', { i: guard })).refusal.code).toBe('FORBIDDEN')
    for (const command of ['UpdateRole', 'CreateRole', 'grant', 'createUser', 'setLimit', 'setGuard']) await denied(id, command)
    const may = 'query ($s: SubjectInput!) { access(subject: $s, permission: RUN, app: "shop") { isAllowed } }'
    expect((await ask(may, { s: { kind: 'USER', id } }, as(admin))).data.access.isAllowed).toBe(false)
  })
})

describe('somebody who labels agents', () => {
  it('does not bring an agent under a selector of his own grant', async () => {
    const { id, token } = await newUser(admin, 'labeller', [])
    const agent = platform.ready().agents[0]?.id ?? ''
    const grant = (input: object) => done(ask('mutation ($i: GrantInput!) { grant(input: $i) { refusal { code } } }', { i: input }, as(admin)))
    await grant({ subject: { kind: 'USER', id }, permission: 'MANAGE_AGENTS' })
    await grant({ subject: { kind: 'USER', id }, permission: 'RUN', agents: 'team=labeller' })
    const label = 'mutation ($i: SetAgentLabelsInput!) { setAgentLabels(input: $i) { refusal { code } } }'
    const answer = await ask(label, { i: { agent, labels: { team: 'labeller' } } }, as(token))
    expect(answer.data.setAgentLabels.refusal.code).toBe('FORBIDDEN')
    await denied(id, 'setAgentLabels')
    const run = `mutation { runTask(input: { agent: "${agent}", app: "apptest", func: "helloword" }) { refusal { code } } }`
    expect((await ask(run, {}, as(token))).data.runTask.refusal.code).toBe('FORBIDDEN')
  })
})

describe('who guesses passwords', () => {
  it('has no more tries by aliases or by a batch than by requests', async () => {
    const { id } = await newUser(admin, 'guessed')
    const guess = (nth: number) => `g${nth}: signIn(input: { name: "guessed", password: "guess number ${nth} of many" }) { session { token } }`
    const { graphqlUrl } = platform.ready()
    const post = async (body: unknown) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return (await fetch(graphqlUrl, init)).text()
    }
    const aliased = { query: `mutation { ${Array.from({ length: 10 }, (_, nth) => guess(nth)).join(' ')} }` }
    const batch = Array.from({ length: 5 }, (_, nth) => ({ query: `mutation { ${guess(nth)} }` }))
    const answers = (await Promise.all([aliased, ...Array.from({ length: 6 }, () => batch)].map(post))).join('')
    expect(answers).not.toContain('elves_s_')
    const said = (text: string, code: string) => text.split(`"${code}"`).length - 1
    // The first alias is a try; each of a batch is refused before anybody looks at its password.
    expect([said(answers, 'UNAUTHENTICATED'), said(answers, 'BAD_REQUEST')]).toEqual([1, 30])
    const startedAt = performance.now()
    const single = (await Promise.all(Array.from({ length: 12 }, (_, nth) => post({ query: `mutation { ${guess(nth)} }` })))).join('')
    const seconds = (performance.now() - startedAt) / 1_000
    expect(said(single, 'SIGN_IN_LOCKED')).toBeGreaterThan(0)
    // Five are free. Each further one waits twice as long as the one before, the first a second.
    expect(said(single, 'UNAUTHENTICATED')).toBeLessThanOrEqual(6 + Math.ceil(Math.log2(1 + seconds)))
    const failures = async () => (await told({ types: ['UserSignInFailed'], streams: [`user-${id}`] })).map(({ data }) => data.count as number)
    await waitFor(async () => (await failures()).length > 0, { what: 'the event of the failures' })
  })

  it('is told the same of a name that nobody has, of a user who is disabled, and of a wrong password', async () => {
    const { id } = await newUser(admin, 'away')
    await done(ask('mutation ($u: ID!) { disableUser(input: { user: $u }) { refusal { code } } }', { u: id }, as(admin)))
    await newUser(admin, 'there')
    const answerOf = async (name: string) => {
      const query = 'mutation ($i: SignInInput!) { signIn(input: $i) { session { token } } }'
      const body = JSON.stringify({ query, variables: { i: { name, password: 'some wrong password' } } })
      const response = await fetch(platform.ready().graphqlUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      const { errors, data } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[]; data: unknown }
      return {
        status: response.status,
        data,
        errors: errors.map(({ message, extensions: { code } }) => ({ message, code })),
        cookie: response.headers.get('set-cookie'),
      }
    }
    const [nobody, away, there] = [await answerOf('nobody.at.all'), await answerOf('away'), await answerOf('there')]
    expect(nobody.errors[0]?.code).toBe('UNAUTHENTICATED')
    expect([away, there]).toEqual([nobody, nobody])
  })
})

describe('a GraphQL request over the limits', () => {
  const many = (count: number, of: string) => Array.from({ length: count }, (_, nth) => `a${nth}: ${of}`).join(' ')
  const version = { query: '{ platform { version } }' }

  it('is refused by aliases, nesting, cost and batches, and leaves an event that says whose it was', async () => {
    const { id, password } = await newUser(admin, 'over.limits')
    const over: readonly object[] = [
      { query: `{ ${many(51, 'platform { version }')} }` },
      { query: `{ ${many(11_000, 'platform { version }')} }` },
      { query: `{ agent(id: "x") { ${'tasks(first: 1) { nodes { agent { '.repeat(5)} id ${'} } }'.repeat(5)} } }` },
      { query: '{ tasks(first: 500) { nodes { history(first: 500) { nodes { id } } } } }' },
      Array(11).fill(version),
      Array(10).fill({ query: `{ ${many(10, 'platform { version }')} }` }),
    ]
    for (const body of over) {
      // A session for each: what a session repeats within a minute is told after it.
      const token = await tokenOf('over.limits', password)
      expect(await posted(body, token)).toContain('QUERY_TOO_COMPLEX')
      const credentialId = (await ask('{ viewer { session } }', {}, as(token))).data.viewer.session
      await refusedRequest({ reason: 'OVER_LIMITS', userId: id, credentialId, door: 'POST /graphql', remoteAddress: '127.0.0.1', count: 1 })
    }
  })

  it('is refused by a WebSocket, and leaves the same event; an access token is named by its id', async () => {
    const { id, token } = await newUser(admin, 'over.socket')
    const make = 'mutation { createAccessToken(input: { name: "s" }) { secret accessToken { id } refusal { code } } }'
    const { secret, accessToken } = await done(ask(make, {}, as(token)))
    const url = platform.ready().graphqlUrl.replace('http', 'ws')
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: as(secret), retryAttempts: 0 })
    const query = `subscription { taskChanged { ${many(51, 'task { id }')} } }`
    const following = (async () => {
      for await (const item of client.iterate({ query })) expect(item).toBeUndefined()
    })()
    await expect(following).rejects.toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }])
    await client.dispose()
    await refusedRequest({ reason: 'OVER_LIMITS', userId: id, credentialId: accessToken.id, door: 'GET /graphql', count: 1 })
  })

  it('is told of a guest as of nobody', async () => {
    expect(await posted(Array(11).fill(version), null)).toContain('QUERY_TOO_COMPLEX')
    await refusedRequest({ reason: 'OVER_LIMITS', userId: null, credentialId: null })
  })

  async function posted(body: object, token: string | null): Promise<string> {
    const headers = { 'content-type': 'application/json', ...(token !== null && as(token)) }
    return (await fetch(platform.ready().graphqlUrl, { method: 'POST', headers, body: JSON.stringify(body) })).text()
  }
})

describe('who writes what others read', () => {
  it('forges no line of the log, no name and no header of an answer', async () => {
    const forged = 'x"}\n{"level":60,"msg":"FORGED-LINE"}\r\nset-cookie: elves=1\u001b[2J\u009b31m\u0085\u2028\u202e\u0007'
    const { token } = await newUser(admin, 'writer')
    const create = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { refusal { code } } }'
    for (const input of [{ name: forged }, { name: 'fine', displayName: forged, roles: [] }]) {
      expect((await ask(create, { i: { roles: [], ...input } }, as(admin))).data.createUser.refusal.code).toBe('USER_INVALID')
    }
    expect((await signIn(forged, forged)).code).toBe('UNAUTHENTICATED')
    const reason = 'mutation ($i: CancelTaskInput!) { cancelTask(input: $i) { refusal { code } } }'
    await ask(reason, { i: { id: '0000000000000001', reason: forged } }, as(token))
    const { url } = platform.ready()
    const run = 'mutation ($i: RunTaskInput!) { runTask(input: $i) { task { id } refusal { code } } }'
    for (const field of ['agent', 'app', 'func', 'param', 'proxy']) {
      const input = { agent: '127.0.0.1', app: 'apptest', func: 'helloword', wait: false, [field]: forged }
      await ask(run, { i: input }, { ...as(token), 'user-agent': 'x\u00e9\u009bFORGED-LINE' })
    }
    for (const [mutation, type, input] of [
      ['createRole', 'CreateRoleInput', { name: 'forged', description: forged, permissions: ['VIEW'] }],
      ['createAuthKey', 'CreateAuthKeyInput', { name: forged }],
      ['createJoinToken', 'CreateJoinTokenInput', { name: forged }],
    ]) {
      await ask(`mutation ($i: ${type}!) { ${mutation}(input: $i) { refusal { code } } }`, { i: input }, as(admin))
    }
    // By a request that our client would not send.
    await sentRaw(`GET /x\u009b31m HTTP/1.1\r\nhost: 127.0.0.1\r\nx-correlation-id: \u009bFORGED\r\ntraceparent: \u0085\r\n\r\n`)
    await sentRaw(`GET / HTTP/1.1\r\nhost: evil\u009b2J\r\norigin: http://\u001b[2J\r\n\r\n`)
    const answers = await Promise.all([
      fetch(`${url}/${encodeURIComponent(forged)}`, { headers: { 'user-agent': 'x FORGED-LINE', 'x-request-id': 'FORGED-LINE' } }),
      fetch(`${url}/api/v2/rt/exec?${new URLSearchParams({ auth_id: forged, app: forged, ip: forged })}`),
      fetch(`${url}/audit/export?format=${encodeURIComponent(forged)}`, { headers: as(admin) }),
    ])
    for (const answer of answers) expect(answer.headers.get('set-cookie') ?? '').not.toContain('elves=1')
    // Each line of the platform's logs is one JSON object of ours.
    const folder = join(platform.dataDir, 'logs')
    // What stands behind the last end of a line is being written.
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    // The runner of a cluster says before each line which process wrote it.
    // Nothing in it moves the cursor of a terminal, ends a line for an editor, or turns the direction of writing.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(line))).toEqual([])
    const written = lines.map((line) => JSON.parse(line.replace(/^[\w-]+ +\| /, '')) as { readonly msg: string })
    expect(written.length).toBeGreaterThan(5)
    expect(written.map(({ msg }) => msg)).not.toContain('FORGED-LINE')
  })
})

/** Sends these bytes (latin1) to the platform, and waits for the end of the connection. */
async function sentRaw(text: string): Promise<void> {
  const { hostname, port } = new URL(platform.ready().url)
  const socket = connect(Number(port), hostname)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  socket.on('data', () => socket.end())
  socket.write(Buffer.from(text, 'latin1'))
  await closed
}

describe('a session', () => {
  it('is nothing after sign-out, for requests and for a second sign-out, and a token of nobody is none', async () => {
    const { id, token } = await newUser(admin, 'gone')
    const viewer = '{ platform { version } }'
    expect((await ask(viewer, {}, as(token))).status).toBe(200)
    await done(ask('mutation { signOut { refusal { code } } }', {}, as(token)))
    // Other instances hear of it a moment later; each of several looks in a row may be at any of them.
    await waitFor(
      async () => (await Promise.all(Array.from({ length: 8 }, () => ask(viewer, {}, as(token))))).every(({ status }) => status === 401),
      {
        what: 'the end at every instance',
      },
    )
    for (const query of [viewer, 'mutation { signOut { refusal { code } } }', 'mutation { runTasks(inputs: []) { refusal { code } } }']) {
      expect(await ask(query, {}, as(token))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    }
    expect((await ask(viewer, {}, as(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`))).status).toBe(401)
    const types = async () => (await told({ streams: [`user-${id}`] })).map(({ type }) => type)
    await waitFor(async () => (await types()).includes('UserSessionEnded'), { what: 'the event of the end' })
    // Whose it was, and which; and not one event for each time.
    const [session] = (await told({ streams: [`user-${id}`], types: ['UserSessionEnded'] })).map(({ data }) => data.sessionId as string)
    // The address is sealed in the event, as those of sign-ins are, and opened for who may see it.
    await refusedRequest({ reason: 'TOKEN_ENDED', userId: id, credentialId: session, door: 'POST /graphql', remoteAddress: '127.0.0.1' })
    await refusedRequest({ reason: 'TOKEN_UNKNOWN', userId: null })
    await Promise.all(Array.from({ length: 100 }, () => ask(viewer, {}, as(token))))
    // What came later is written later.
    const other = await newUser(admin, 'gone-too')
    await done(ask('mutation ($u: ID!) { endSessions(input: { user: $u }) { refusal { code } } }', { u: other.id }, as(admin)))
    await waitFor(async () => (await ask(viewer, {}, as(other.token))).status === 401, { what: 'the end of another session' })
    await refusedRequest({ reason: 'TOKEN_ENDED', userId: other.id })
    const times = (await told({ types: ['RequestRefused'] })).filter(({ data }) => data.userId === id)
    expect(times.length).toBeLessThanOrEqual(2 * instances())
  })

  it('is not had by a page of another origin, whatever way it asks', async () => {
    const { password } = await newUser(admin, 'paged')
    const { url, graphqlUrl } = platform.ready()
    const { cookie } = await signIn('paged', password, { origin: url })
    const own = { cookie: (cookie ?? '').split(';')[0] ?? '' }
    const body = JSON.stringify({ query: 'mutation { createAccessToken(input: { name: "stolen" }) { secret } }' })
    const tries = [
      { headers: { ...own, origin: 'http://evil.example', 'content-type': 'application/json' }, body },
      { headers: { ...own, origin: 'null', 'content-type': 'application/json' }, body },
      { headers: { ...own, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }, body },
      { headers: { ...own, 'content-type': 'text/plain', origin: url }, body },
      {
        headers: { ...own, 'content-type': 'application/x-www-form-urlencoded', origin: url },
        body: `query=${encodeURIComponent('mutation { signOut { position } }')}`,
      },
    ]
    for (const { headers, body: sent } of tries) {
      const response = await fetch(graphqlUrl, { method: 'POST', headers, body: sent })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(await response.text()).not.toContain('elves_t_')
    }
    const get = await fetch(`${graphqlUrl}?${new URLSearchParams({ query: 'mutation { signOut { position } }' })}`, {
      headers: { ...own, origin: url },
    })
    expect(get.status).toBeGreaterThanOrEqual(400)
    expect((await ask('{ accessTokens { name } }', {}, { ...own, origin: url })).data.accessTokens).toEqual([])
    await refusedRequest({ reason: 'FOREIGN_ORIGIN', origin: 'http://evil.example', door: 'POST /graphql' })
    await refusedRequest({ reason: 'FOREIGN_ORIGIN', origin: 'null' })
    // No browser sends a cookie along without saying which page it is of.
    const alone = await fetch(graphqlUrl, { method: 'POST', headers: { ...own, 'content-type': 'application/json' }, body })
    expect(alone.status).toBe(401)
    await refusedRequest({ reason: 'COOKIE_ALONE' })
  })

  it('is not one that somebody else chose: what was planted before the sign-in proves nothing after it', async () => {
    const { id, password } = await newUser(admin, 'fixed')
    const { url } = platform.ready()
    const planted = `elves_s_${'planted'.repeat(6)}`
    const cookie = `elves_${new URL(url).port}=${planted}`
    const { data } = await signIn('fixed', password, { origin: url, cookie })
    expect(data.signIn.session.token).not.toBe(planted)
    expect((await ask('{ platform { version } }', {}, { origin: url, cookie })).status).toBe(401)
    const signedIn = async () => (await told({ streams: [`user-${id}`], types: ['UserSignedIn'] })).length
    await waitFor(async () => (await signedIn()) === 2, { what: 'the event of the sign-in' })
    await refusedRequest({ reason: 'TOKEN_UNKNOWN' })
  })

  it('and an access token leave nothing of themselves in what is logged, told and counted', async () => {
    const { token, password } = await newUser(admin, 'quiet')
    const make = 'mutation { createAccessToken(input: { name: "s" }) { secret refusal { code } } }'
    const { secret } = await done(ask(make, {}, as(token)))
    const { secret: key } = await done(ask('mutation { createAuthKey(input: { name: "q" }) { secret refusal { code } } }', {}, as(admin)))
    const joining = await done(ask('mutation { createJoinToken(input: { name: "j" }) { secret refusal { code } } }', {}, as(admin)))
    // In requests that are refused, too, which say why.
    await ask(`{ nothing(a: "${secret}") }`, {}, as(secret))
    await ask('{ tasks { nodes { id } } }', {}, { authorization: `Bearer ${password}` })
    const signature = new URLSearchParams({ auth_id: key, sign_type: 'md5', timestamp: '1', sign: '0'.repeat(32) })
    await fetch(`${platform.ready().url}/api/v2/info/agents?${signature}`)
    await fetch(`${platform.ready().url}/?token=${token}`)
    const events: string[] = []
    for (let after: string | null = null; ; ) {
      const query =
        'query ($a: String) { events(first: 500, after: $a, order: OLDEST_FIRST) { nodes { type data } pageInfo { hasNextPage endCursor } } }'
      const page: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = (await ask(query, { a: after }, as(admin))).data
        .events
      events.push(JSON.stringify(page.nodes))
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
    }
    const { url, instances: all = {} } = platform.ready() as { url: string; instances?: Record<string, readonly string[]> }
    const metrics = await Promise.all([url, ...Object.values(all).flat()].map(async (one) => (await fetch(`${one}/metrics`)).text()))
    const folder = join(platform.dataDir, 'logs')
    const logs = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const kept = [...events, ...metrics, ...logs].join('\n')
    for (const hidden of [token, admin, password, secret, key, joining.secret]) {
      expect(hidden.length).toBeGreaterThan(15)
      expect(kept.includes(hidden)).toBe(false)
    }
  })
})

/** Doors of people count what they refuse, each for itself. */
function instances(): number {
  return (platform.ready() as { instances?: Record<string, readonly string[]> }).instances?.['query-service']?.length ?? 1
}
