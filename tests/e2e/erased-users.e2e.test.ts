import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { npmRun, verifiedOutput } from '../support/npm-run.ts'
import { as, done, type NewUser, peopleOf } from '../support/people.ts'
import { newDataDir, startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'

/** What is left of a user who was erased: what was done stays, and nobody reads any more by whom. */

let platform: TestPlatform
let admin = ''
let files = ''

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'elves-erased-'))
  platform = await startPlatform({ env: { ELVES_AUTH: 'users', ELVES_AUDIT_HEAD_MS: '500' }, sharesBroker: true })
  admin = await people.firstAdmin('a first horse of staples')
})
afterAll(async () => {
  await platform?.dispose()
  await rm(files, { recursive: true, force: true })
})

const people = peopleOf(() => platform)
const { ask, newUser } = people
const asked = async (query: string, variables: object = {}) => (await ask(query, variables, as(admin))).data
const erased = 'erased'

const usersText = '{ users(first: 50) { nodes { id name displayName state roles sessions { remoteAddress program } accessTokens { name } } } }'
const userOf = async (id: string) => (await asked(usersText)).users.nodes.find((user: { id: string }) => user.id === id)
const eventsText =
  'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 500) { nodes { type data actor { kind id name } } } }'
const eventsOf = async (id: string) => (await asked(eventsText, { s: [`user-${id}`] })).events.nodes as readonly { type: string; data: object }[]

const run =
  'mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { id requestedBy { name } } refusal { code } } }'
const eraseText = 'mutation ($u: ID!) { eraseUser(input: { user: $u, reason: "asked" }) { user { state name displayName } refusal { code } } }'

/** Erases a user, and waits until who asks is told so. */
async function erase(id: string): Promise<void> {
  await done(ask(eraseText, { u: id }, as(admin)))
  await expect.poll(async () => (await userOf(id))?.state).toBe('ERASED')
}

/** A user who ran a task. */
async function worker(name: string): Promise<NewUser & { readonly task: string }> {
  const user = await newUser(admin, name)
  const { task } = await done(ask(run, {}, as(user.token)))
  return { ...user, task: task.id }
}

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

  const { user } = await done(ask(eraseText, { u: id }, as(admin)))
  expect(user).toEqual({ state: 'ERASED', name: erased, displayName: erased })

  await expect.poll(async () => (await ask('{ platform { version } }', {}, as(token))).code).toBe('UNAUTHENTICATED')
  await expect
    .poll(() => userOf(id))
    .toEqual({ ...{ id, name: erased, displayName: erased, state: 'ERASED', roles: [] }, sessions: [], accessTokens: [{ name: erased }] })
  await expect.poll(async () => JSON.stringify(await eventsOf(id))).not.toMatch(/zoe|quill/i)
  // Of several instances, one that has not heard of it yet may answer next.
  await expect
    .poll(async () => (await eventsOf(id)).find(({ type }) => type === 'UserCreated')?.data)
    .toMatchObject({ name: erased, displayName: erased, roles: ['operator'] })
  const taskText = 'query ($id: ID!, $at: DateTime) { task(id: $id, asOf: $at) { requestedBy { id name } } }'
  for (const at of [null, moment])
    await expect.poll(async () => (await asked(taskText, { id: task.id, at })).task.requestedBy).toEqual({ id, name: erased })
  await expect
    .poll(async () => (await may(moment)).access)
    .toMatchObject({ isAllowed: true, sentence: expect.stringContaining(`User ${erased} may`) })
  await expect.poll(async () => (await may(new Date().toISOString())).access.isAllowed).toBe(false)

  for (const format of ['ndjson', 'csv']) {
    // An export ends with the last signed head.
    await expect.poll(() => exported(format), { timeout: 60_000, interval: 500 }).toContain('UserErased')
    // What is sealed is random letters: three of a name may be among them.
    expect(await exported(format)).not.toMatch(/zoe\.quill|zoe quill|quills laptop/i)
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
  await erase(id)
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

const clean = { code: 0, output: expect.stringContaining(verifiedOutput) }

test.runIf(testedRunner !== null)(
  'after an erasure the read models are what the log says, also made anew, and the export is what was signed, to both verifiers',
  async () => {
    const { id } = await worker('ida.moss@example.com')
    await erase(id)
    const { dataDir } = platform
    expect(await npmRun('verify', dataDir)).toEqual(clean)
    expect(await npmRun('rebuild', dataDir)).toMatchObject({ code: 0 })
    expect(await npmRun('verify', dataDir)).toEqual(clean)
    expect(await userOf(id)).toMatchObject({ name: erased, state: 'ERASED' })

    const key = join(files, 'key.txt')
    await writeFile(key, (await npmRun('audit', dataDir, ['key'])).output)
    for (const format of ['ndjson', 'csv']) {
      const file = join(files, `log.${format}`)
      // An export ends with the last signed head, which comes a moment after the event.
      await expect
        .poll(
          async () => {
            await rm(file, { force: true })
            expect(await npmRun('audit', dataDir, ['export', file])).toMatchObject({ code: 0 })
            const lines = (await readFile(file, 'utf8')).split('\n')
            return lines.some((line) => line.includes(`user-${id}`) && line.includes('UserErased'))
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe(true)
      expect(await readFile(file, 'utf8')).not.toContain('ida.moss')
      const ok = expect.stringMatching(/^OK: events 0 to \d+ of log /)
      expect(await npmRun('audit', dataDir, ['verify', file, '--key', key])).toEqual({ code: 0, output: ok })
      expect((await promisify(execFile)('python3', [verifier, file, '--key', key])).stdout).toEqual(ok)
    }
  },
)

const verifier = join(import.meta.dirname, '..', '..', 'tools', 'audit', 'verify.py')

test.runIf(testedRunner === 'standalone')(
  'a backup of before the erasure has the user again, until erased again; one of after it has the others only',
  async () => {
    const [ann, ben] = [await worker('ann.reed@example.com'), await worker('ben.sand@example.com')]
    const [before, after] = [join(files, 'before.backup'), join(files, 'after.backup')]
    expect(await npmRun('backup', platform.dataDir, [before])).toMatchObject({ code: 0 })
    await erase(ann.id)
    expect(await npmRun('backup', platform.dataDir, [after])).toMatchObject({ code: 0 })
    expect([await keysIn(before), await keysIn(after)]).toMatchObject([
      { ann: true, ben: true },
      { ann: false, ben: true },
    ])
    const { events } = await contentOf(before)
    expect(events).toContain('helloword')
    expect(events).not.toMatch(/ann\.reed|ben\.sand/)

    // Passwords are in no backup: who runs the platform looks at it as its local admin.
    await restored(before, async (local) => {
      await expect.poll(() => namesAt(local)).toEqual({ ann: 'ann.reed@example.com', ben: 'ben.sand@example.com' })
      expect((await local.graphql<{ eraseUser: object }>(eraseText, { u: ann.id })).eraseUser).toMatchObject({ refusal: null })
      await expect.poll(() => namesAt(local)).toEqual({ ann: erased, ben: 'ben.sand@example.com' })
      const again = join(files, 'again.backup')
      expect(await npmRun('backup', local.dataDir, [again])).toMatchObject({ code: 0 })
      expect(await keysIn(again)).toMatchObject({ ann: false, ben: true })
    })
    await restored(after, async (local) => {
      await expect.poll(() => namesAt(local)).toEqual({ ann: erased, ben: 'ben.sand@example.com' })
      const made = 'mutation { createUser(input: { name: "ann.reed@example.com", roles: [] }) { refusal { code } } }'
      expect(await local.graphql(made)).toEqual({ createUser: { refusal: { code: 'USER_ERASED' } } })
    })

    /** Of whom a backup has the key. */
    async function keysIn(file: string): Promise<{ readonly ann: boolean; readonly ben: boolean }> {
      const ids = (await contentOf(file)).keys.map(({ userId }) => userId)
      return { ann: ids.includes(ann.id), ben: ids.includes(ben.id) }
    }

    /** Who they are, as the list of users and their tasks say alike. */
    async function namesAt(local: TestPlatform): Promise<object> {
      const taskOf = async (id: string) =>
        (await local.graphql<{ task: { requestedBy: object } }>('query ($id: ID!) { task(id: $id) { requestedBy { id name } } }', { id })).task
      const { users } = await local.graphql<{ users: { nodes: { id: string; name: string }[] } }>(usersText)
      const nameOf = async ({ id, task }: { id: string; task: string }) => {
        const name = users.nodes.find((user) => user.id === id)?.name
        expect((await taskOf(task)).requestedBy).toEqual({ id, name })
        return name
      }
      return { ann: await nameOf(ann), ben: await nameOf(ben) }
    }
  },
)

/** The wrapped keys of users in a backup, and the bytes of its events. */
async function contentOf(file: string): Promise<{ readonly keys: readonly { readonly userId: string }[]; readonly events: string }> {
  const [header, ...events] = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const bytes = events.slice(0, -1).flatMap((event) => event.slice(-2).map((text: string) => Buffer.from(text, 'base64').toString('latin1')))
  return { keys: header.personalKeys, events: bytes.join('\n') }
}

/** Looks at the platform that a backup becomes in a new folder; afterwards its read models are what its log says. */
async function restored(file: string, look: (local: TestPlatform) => Promise<void>): Promise<void> {
  const dataDir = await newDataDir()
  expect(await npmRun('restore', dataDir, [file])).toMatchObject({ code: 0 })
  const local = await startPlatform({ dataDir })
  try {
    await look(local)
    expect(await npmRun('verify', dataDir)).toEqual(clean)
  } finally {
    await local.dispose()
  }
}
