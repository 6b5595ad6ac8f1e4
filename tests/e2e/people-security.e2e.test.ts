import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** What people may try on a platform with users: each is refused, and leaves the event that an auditor looks for. */

let platform: TestPlatform
let admin = ''
const { ask, signIn, firstAdmin, newUser } = peopleOf(() => platform)

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

describe('who writes what others read', () => {
  it('forges no line of the log, no name and no header of an answer', async () => {
    const forged = 'x"}\n{"level":60,"msg":"FORGED-LINE"}\r\nset-cookie: elves=1'
    const { token } = await newUser(admin, 'writer')
    const create = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { refusal { code } } }'
    for (const input of [{ name: forged }, { name: 'fine', displayName: forged, roles: [] }]) {
      expect((await ask(create, { i: { roles: [], ...input } }, as(admin))).data.createUser.refusal.code).toBe('USER_INVALID')
    }
    expect((await signIn(forged, forged)).code).toBe('UNAUTHENTICATED')
    const reason = 'mutation ($i: CancelTaskInput!) { cancelTask(input: $i) { refusal { code } } }'
    await ask(reason, { i: { id: '0000000000000001', reason: forged } }, as(token))
    const { url } = platform.ready()
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
    const written = lines.map((line) => JSON.parse(line.replace(/^[\w-]+ +\| /, '')) as { readonly msg: string })
    expect(written.length).toBeGreaterThan(5)
    expect(written.map(({ msg }) => msg)).not.toContain('FORGED-LINE')
  })
})

describe('a session', () => {
  it('is nothing after sign-out, for requests and for a second sign-out, and a token of nobody is none', async () => {
    const { id, token } = await newUser(admin, 'gone')
    const viewer = '{ platform { version } }'
    expect((await ask(viewer, {}, as(token))).status).toBe(200)
    await done(ask('mutation { signOut { refusal { code } } }', {}, as(token)))
    for (const query of [viewer, 'mutation { signOut { refusal { code } } }', 'mutation { runTasks(inputs: []) { refusal { code } } }']) {
      expect(await ask(query, {}, as(token))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    }
    expect((await ask(viewer, {}, as(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`))).status).toBe(401)
    const types = async () => (await told({ streams: [`user-${id}`] })).map(({ type }) => type)
    await waitFor(async () => (await types()).includes('UserSessionEnded'), { what: 'the event of the end' })
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
  })
})
