import { type ChildProcess, execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { dyingWithParent } from '@elves/standalone/dying-with-parent.ts'
import { type Ready, standaloneFile } from '@elves/standalone/ready-file.ts'
import { spawned } from '@elves/standalone/spawned.ts'
import { askGraphql, subscriberOf } from '@elves/tests/support/doors.ts'
import { type TestDatabase, testDatabase } from '@elves/tests/support/postgres.ts'
import { copyTree } from '@elves/tests/support/tree-copy.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { applyAdditions, fileBlocks } from './guide-files.ts'

/** What the guide says, done: its feature is written into a copy of the tree from the guide's own text, and runs there. */

const run = promisify(execFile)
/** `npm run generate` writes these. */
const generated = /(^|\/)generated\/|^docs\/reference\/(codes|graphql|settings)\.md$/

let copy: string
let database: TestDatabase
let center: ChildProcess | null = null
const written: string[] = []
const edited: string[] = []
/** Every tracked file as it was. */
let before: ReadonlyMap<string, string>

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'elves-extending-'))
  database = await testDatabase()
  before = await copyTree(copy)
  const blocks = fileBlocks(await readFile(join(import.meta.dirname, 'extending.md'), 'utf8'))
  const number = await nextMigration()
  for (const { path, text, isAddition } of blocks) {
    const target = path.replace('NNNN', number)
    const before = isAddition ? await readFile(join(copy, target), 'utf8') : null
    await mkdir(dirname(join(copy, target)), { recursive: true })
    await writeFile(join(copy, target), before === null ? text : applyAdditions(before, text, target))
    if (before === null) written.push(target)
    else edited.push(target)
  }
  await inCopy(process.execPath, 'tools/generate/main.ts')
}, 60_000)

afterAll(async () => {
  if (center !== null && center.exitCode === null) {
    const ended = new Promise((resolve) => center?.once('close', resolve))
    center.kill('SIGINT')
    await ended
  }
  await database.drop()
  await rm(copy, { recursive: true, force: true })
})

test('the feature is new files, and at most five files that were there', async () => {
  const isNew = (path: string) => !before.has(path)
  expect(written.filter((path) => !isNew(path))).toEqual([])
  expect(edited.length).toBeLessThanOrEqual(5)
  const changed: string[] = []
  for (const [path, text] of before) if ((await readFile(join(copy, path), 'latin1')) !== text) changed.push(path)
  expect(changed.filter((path) => !generated.test(path)).sort()).toEqual([...edited].sort())
})

// Programs of their own, which use different files of the copy: so they run beside each other.
test.concurrent('it has the right types, and the form that the lint wants', async () => {
  const linted = [...written, ...edited].filter((path) => !path.endsWith('.sql'))
  await Promise.all([
    inCopy('node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json'),
    inCopy('node_modules/.bin/biome', 'check', '--error-on-warnings', ...linted),
  ])
}, 120_000)

test.concurrent('its own tests pass, and those that hold the registries to each other', async () => {
  const own = written.filter((path) => path.endsWith('.test.ts'))
  expect(own.length).toBeGreaterThan(1)
  const registries = ['core/domain/aggregates.unit.test.ts', 'tests/registries.unit.test.ts', 'tools/lint/exported-names.unit.test.ts']
  await inCopy('node_modules/.bin/vitest', 'run', '--project', 'unit', '--project', 'int', ...own, ...registries)
}, 120_000)

test.concurrent('an announcement is made, read, heard, withdrawn and verified', async () => {
  const doors = await started()
  const ask = (query: string, variables: object = {}) => askGraphql<Answer>(doors, query, variables)
  const heard: unknown[] = []
  const client = createClient({ ...subscriberOf(doors), webSocketImpl: WebSocket, retryAttempts: 0 })
  const { platform } = await ask('{ platform { headPosition } }')
  const following = (async () => {
    const query = 'subscription ($after: Position) { announcementChanged(after: $after) { announcement { text state } } }'
    for await (const { data } of client.iterate<{ announcementChanged: { announcement: unknown } }>({
      query,
      variables: { after: platform.headPosition },
    })) {
      heard.push(data?.announcementChanged.announcement)
    }
  })()
  const make = `mutation ($text: String!, $key: String) {
    payload: makeAnnouncement(input: { text: $text, idempotencyKey: $key }) { announcement { id text state } position refusal { code } } }`
  const text = 'Maintenance at noon'
  const { payload: made } = await ask(make, { text, key: 'k' })
  expect(made).toMatchObject({ announcement: { text, state: 'CURRENT' }, refusal: null })
  expect((await ask(make, { text, key: 'k' })).payload.announcement).toEqual(made.announcement)
  expect((await ask(make, { text: 'Maintenance at ten', key: 'k' })).payload.refusal).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' })
  const id = made.announcement?.id
  const withdraw = `mutation ($id: ID!) {
    payload: withdrawAnnouncement(input: { id: $id }) { announcement { id text state } position refusal { code } } }`
  const { payload: withdrawn } = await ask(withdraw, { id })
  expect(withdrawn.announcement?.state).toBe('WITHDRAWN')
  expect((await ask(withdraw, { id: 'none' })).payload.refusal).toEqual({ code: 'ID_UNKNOWN' })
  const read = `query ($id: ID!, $notBefore: Position) {
    announcement(id: $id, notBefore: $notBefore) { id text state }
    announcements(filter: { states: [WITHDRAWN] }, notBefore: $notBefore) { nodes { id text state } }
    current: announcements(filter: { states: [CURRENT] }, notBefore: $notBefore) { nodes { id } } }`
  expect(await ask(read, { id, notBefore: withdrawn.position })).toEqual({
    announcement: withdrawn.announcement,
    announcements: { nodes: [withdrawn.announcement] },
    current: { nodes: [] },
  })
  await waitFor(() => heard.length === 2, { timeoutMs: 30_000, what: 'both changes on the subscription' })
  expect(heard).toEqual([
    { text, state: 'CURRENT' },
    { text, state: 'WITHDRAWN' },
  ])
  await client.dispose()
  await following
  const { stdout } = await inCopy(process.execPath, 'standalone/verify.ts')
  expect(stdout).toMatch(/announcements/)
}, 120_000)

interface Answer {
  readonly platform: { readonly headPosition: string }
  readonly payload: {
    readonly announcement: { readonly id: string; readonly text: string; readonly state: string } | null
    readonly position: string | null
    readonly refusal: { readonly code: string } | null
  }
}

function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return {
    // Programs of packages run on the Node that runs this.
    PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
    HOME,
    ELVES_DATABASE_URL: database.url,
    ELVES_DATA_DIR: join(copy, '.elves'),
    ELVES_HTTP_PORT: '0',
    ELVES_TEST_DATABASE_URL: inject('databaseServerUrl'),
  }
}

/** Runs a program in the copy; rejects with what it says where it fails. */
async function inCopy(program: string, ...args: string[]): Promise<{ stdout: string }> {
  const options = { cwd: copy, env: environment(), maxBuffer: 64 * 1024 * 1024 }
  return run(program, args, options).catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
    throw new Error(`${program} ${args[0]} failed\n${stdout}\n${stderr}`)
  })
}

/** `npm start` of the copy, on a database of the test's server. */
async function started(): Promise<Ready> {
  const [program = process.execPath, ...first] = [...dyingWithParent('INT'), process.execPath]
  const child = spawned(program, [...first, 'standalone/main.ts'], { cwd: copy, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  center = child
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const ready = await waitFor(async () => (await standaloneFile.read(join(copy, '.elves'))) ?? child.exitCode !== null, {
    timeoutMs: 90_000,
    what: 'the start of the copy',
  })
  if (ready === true) throw new Error(output)
  return ready
}

async function nextMigration(): Promise<string> {
  const names = await readdir(join(copy, 'core', 'read-models', 'migrations'))
  return String(Math.max(...names.map((name) => Number.parseInt(name, 10))) + 1).padStart(4, '0')
}
