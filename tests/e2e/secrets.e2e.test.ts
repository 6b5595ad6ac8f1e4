import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appPackage, putPackage } from '../support/app-package.ts'
import { databaseUrlOf } from '../support/database-url.ts'
import { startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { serviceAddresses } from '../support/service-addresses.ts'
import { waitFor } from '../support/wait-for.ts'

/** Secrets on a real platform with a real agent: the worker gets them, and nothing else on the way keeps them. */

const value = `pa"ss ${randomBytes(18).toString('hex')} 密`
const later = `next ${randomBytes(18).toString('hex')}`

/** Prints what it must not, in several forms, slowly and in pieces, and answers the hash of what it got. */
const worker = `#!/usr/bin/env python3
import base64, hashlib, json, sys, time
got = json.loads(sys.stdin.read())["password"]
coded = base64.b64encode(("user:" + got).encode()).decode()
for text in (got, coded, json.dumps(got)):
    half = len(text) // 2
    for part in (text[:half], text[half:]):
        sys.stderr.write(part); sys.stderr.flush()
        time.sleep(0.05)
    sys.stderr.write("\\n")
print("result " + hashlib.sha256(got.encode()).hexdigest() + " " + got + " " + coded)
if sys.argv[2] == "fail": sys.exit(3)
`

let platform: TestPlatform
beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  await app('vault', { worker: { mode: 'plain', entry: 'app-worker.py' } })
  await app('classic', { worker: { entry: 'app-worker.py' } })
})
afterAll(() => platform?.dispose())

async function app(name: string, manifest: object): Promise<void> {
  const folder = join(platform.dataDir, 'apps', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'app-worker.py'), worker)
  await writeFile(join(folder, 'elves.json'), JSON.stringify(manifest))
  for (const path of [folder, join(folder, 'app-worker.py')]) await chmod(path, 0o755)
}

const fields = 'secret { name version state apps } refusal { code field } position'

interface Changed {
  readonly secret: { readonly name: string; readonly version: number; readonly state: string; readonly apps: readonly string[] } | null
  readonly refusal: { readonly code: string } | null
  readonly position: string
}

async function change(name: 'createSecret' | 'rotateSecret' | 'updateSecret' | 'deleteSecret', input: object): Promise<Changed> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`
  return (await platform.graphql<Record<string, Changed>>(`mutation ($input: ${type}) { ${name}(input: $input) { ${fields} } }`, { input }))[
    name
  ] as Changed
}

interface Ran {
  readonly task: {
    readonly id: string
    readonly state: string
    readonly result: { readonly message: string; readonly standardError: string } | null
    readonly failure: { readonly code: string; readonly message: string } | null
    readonly param: unknown
    readonly history: { readonly nodes: readonly { readonly type: string; readonly data: object; readonly actor: { readonly kind: string } }[] }
  } | null
  readonly refusal: { readonly code: string; readonly field: string | null } | null
}

async function run(input: object): Promise<Ran> {
  const shown = 'id state param result { message standardError } failure { code message } history { nodes { type data actor { kind } } }'
  const query = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { ${shown} } refusal { code field } } }`
  return (await platform.graphql<{ runTask: Ran }>(query, { input: { agent: '127.0.0.1', app: 'vault', func: 'use', ...input } })).runTask
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** All forms in which the tests look for a secret. */
function formsOf(secret: string): readonly string[] {
  const coded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64')
    return text.slice(4, -4)
  })
  return [secret, JSON.stringify(secret).slice(1, -1), secret.slice(5, 35), ...coded]
}

function expectNone(text: string, where: string): void {
  for (const secret of [value, later]) for (const form of formsOf(secret)) expect(text.includes(form), `${where}: ${form}`).toBe(false)
}

test('a secret is made, never answered, and the worker gets it on standard input', async () => {
  const made = await change('createSecret', { name: 'db', value, apps: ['vault', 'classic'], idempotencyKey: 'once' })
  expect(made).toMatchObject({ secret: { name: 'db', version: 1, state: 'CURRENT', apps: ['classic', 'vault'] }, refusal: null })
  expect((await change('createSecret', { name: 'db', value, apps: ['vault', 'classic'], idempotencyKey: 'once' })).secret?.version).toBe(1)
  expect((await change('createSecret', { name: 'db', value: 'other', idempotencyKey: 'once' })).refusal?.code).toBe('IDEMPOTENCY_KEY_REUSED')
  expect((await change('createSecret', { name: 'db', value })).refusal?.code).toBe('SECRET_EXISTS')
  expect((await change('createSecret', { name: 'x', value: 'abc' })).refusal?.code).toBe('SECRET_INVALID')

  const { task } = await run({ param: { password: { $secret: 'db' }, n: 1 } })
  expect(task?.state).toBe('SUCCEEDED')
  expect(task?.param).toEqual({ password: { $secret: 'db' }, n: 1 })
  expect(task?.result?.message).toContain(`result ${hashOf(value)} *** `)
  expect(task?.result?.standardError.match(/\*\*\*/g)?.length).toBe(3)
  const used = task?.history.nodes.find(({ type }) => type === 'TaskSecretsUsed')
  expect(used).toMatchObject({ data: { attempt: 1, app: 'vault', secrets: [{ name: 'db', version: 1 }] }, actor: { kind: 'LOCAL' } })
  expectNone(JSON.stringify(task), 'the task')
})

test('what a run prints is masked while it runs, and in a failure', async () => {
  const { task } = await run({ func: 'fail', param: { password: { $secret: 'db' } } })
  expect(task).toMatchObject({ state: 'FAILED', failure: { code: 'WORKER_EXIT' } })
  expectNone(JSON.stringify(task), 'the task')
  const query = `query ($task: ID!) { taskOutput(task: $task) { isEnded chunks { text } } }`
  const output = await waitFor(async () => {
    const { taskOutput } = await platform.graphql<{ taskOutput: { isEnded: boolean; chunks: { text: string }[] } }>(query, { task: task?.id })
    return taskOutput.isEnded && taskOutput
  })
  const text = output.chunks.map((chunk) => chunk.text).join('')
  expect(text).toContain('***')
  expectNone(text, 'the output')
})

test('a reference that is none, a secret that is not there or is not for the app, and a parameter on the command line are refused', async () => {
  expect((await run({ param: { $secret: 'nope' } })).refusal).toEqual({ code: 'SECRET_UNKNOWN', field: 'param' })
  expect((await run({ param: { $secret: 'db', more: 1 } })).refusal?.code).toBe('SECRET_REFERENCE_INVALID')
  expect((await run({ app: 'apptest', func: 'helloword', param: { $secret: 'db' } })).refusal?.code).toBe('SECRET_NOT_FOR_APP')
  const { task } = await run({ app: 'classic', param: { password: { $secret: 'db' } } })
  expect(task).toMatchObject({ state: 'REJECTED', failure: { code: 'SECRET_ON_COMMAND_LINE' } })
})

test('a rotation holds for what is sent from then on; what is deleted is sent no more', async () => {
  expect((await change('rotateSecret', { name: 'db', value: later })).secret?.version).toBe(2)
  const { task } = await run({ param: { password: { $secret: 'db' } } })
  expect(task?.result?.message).toContain(`result ${hashOf(later)} ***`)
  // Two tasks wait one for the other; in between the secret is deleted.
  const queue = `mutation ($tasks: [QueueTaskInput!]!) { createQueue(input: { app: "vault", commit: true, tasks: $tasks }) { tasks { id } refusal { code } } }`
  const slow = { agent: '127.0.0.1', key: 'a', app: 'apptest', func: 'slow', param: { seconds: 2 } }
  const after = { agent: '127.0.0.1', key: 'b', func: 'use', param: { password: { $secret: 'db' } }, dependsOn: ['a'] }
  const { createQueue } = await platform.graphql<{ createQueue: { tasks: { id: string }[]; refusal: object | null } }>(queue, {
    tasks: [slow, after],
  })
  expect(createQueue.refusal).toBeNull()
  expect((await change('deleteSecret', { name: 'db', reason: 'leaked' })).secret?.state).toBe('DELETED')
  const id = createQueue.tasks[1]?.id
  const failed = await waitFor(async () => {
    const query = 'query ($id: ID!) { task(id: $id) { state failure { code } history { nodes { type } } } }'
    const data = await platform.graphql<{ task: { state: string; failure: { code: string } | null; history: { nodes: { type: string }[] } } }>(
      query,
      { id },
    )
    return data.task.state === 'FAILED' && data.task
  })
  expect(failed.failure?.code).toBe('SECRET_GONE')
  expect(failed.history.nodes.map(({ type }) => type)).not.toContain('TaskSecretsUsed')
  const again = await change('createSecret', { name: 'db', value: later })
  expect(again.secret).toMatchObject({ version: 3, state: 'CURRENT', apps: ['*'] })
  const { secrets } = await platform.graphql<{ secrets: { nodes: { name: string; history: { nodes: { type: string }[] } }[] } }>(
    'query ($at: Position) { secrets(filter: { names: ["db"] }, notBefore: $at) { nodes { name history { nodes { type } } } } }',
    { at: again.position },
  )
  expect(secrets.nodes[0]?.history.nodes.map(({ type }) => type)).toEqual(['SecretCreated', 'SecretRotated', 'SecretDeleted', 'SecretCreated'])
})

test('an app that the center distributes has a secret as a variable, for who released it could use it', async () => {
  const own = await change('createSecret', { name: 'of-app', value, apps: ['envapp'] })
  expect(own.refusal).toBeNull()
  const script = '#!/bin/sh\nprintf %s "$DB" | sha256sum | cut -c1-64\nprintf %s "$DB"\n'
  const manifest = { worker: { mode: 'plain', entry: 'bash|main.sh', env: { DB: { $secret: 'of-app' } } } }
  const bytes = await appPackage({ 'main.sh': script, 'elves.json': JSON.stringify(manifest) })
  const mutate = (text: string) => platform.graphql(`mutation { ${text} { refusal { code message } } }`)
  await mutate('createApp(input: { name: "envapp" })')
  expect((await putPackage(platform.ready(), 'envapp', '1', bytes)).status).toBeLessThan(300)
  await mutate('bindApp(input: { app: "envapp", agents: "" })')
  await mutate('releaseAppVersion(input: { app: "envapp", version: "1" })')
  const ran = await waitFor(async () => {
    const { task } = await run({ app: 'envapp', func: 'x' })
    return task?.failure?.code === 'APP_NOT_INSTALLED' ? null : task
  })
  expect(ran).toMatchObject({ state: 'SUCCEEDED', result: { message: expect.stringContaining(`${hashOf(value)}\n***`) } })
  await change('updateSecret', { name: 'of-app', apps: ['another'] })
  expect((await run({ app: 'envapp', func: 'x' })).task).toMatchObject({ state: 'FAILED', failure: { code: 'SECRET_GONE' } })
})

test.runIf(testedRunner)('no agent, nothing that it runs, leaves a core dump', async () => {
  const { agents } = (await platform.readyNow())?.pids ?? { agents: [] }
  expect(agents.length).toBeGreaterThan(0)
  for (const pid of agents) expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 /m)
  await app('limits', { worker: { mode: 'plain', entry: 'app-worker.py' } })
  await writeFile(
    join(platform.dataDir, 'apps', 'limits', 'app-worker.py'),
    '#!/usr/bin/env python3\nimport resource\nprint("core", resource.getrlimit(resource.RLIMIT_CORE)[0])\n',
  )
  const said = async () => (await run({ app: 'limits', param: null })).task?.result?.message ?? ''
  await waitFor(async () => (await said()).includes('core 0'), { what: 'the limit of a worker' })
})

test('nothing that is kept or shown has a value: tables, events, logs, files of the agent, metrics', async () => {
  await run({ param: { password: { $secret: 'db' } } })
  const { events } = await platform.graphql<{ events: { nodes: object[] } }>('{ events(first: 500) { nodes { type data } } }')
  expect(events.nodes.length).toBeGreaterThan(10)
  expectNone(JSON.stringify(events), 'events')
  expectNone(platform.output(), 'the log')
  const metrics = await Promise.all(Object.values(serviceAddresses(platform)).map(async (url) => (await fetch(new URL('/metrics', url))).text()))
  expect(metrics.join('\n')).toContain('elves_task')
  expectNone(metrics.join('\n'), 'metrics')
  expectNone(await dumped(await databaseUrlOf(platform.dataDir)), 'the database')
  expectNone(filesIn(platform.dataDir), 'the data folder')
})

/** The rows of all tables as text; bytes as latin1, so that a text in them is found. */
async function dumped(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    const parts: string[] = []
    for (const { name } of tables.rows as { name: string }[]) {
      const { rows } = await client.query(`select * from ${name}`)
      for (const row of rows) for (const cell of Object.values(row)) parts.push(Buffer.isBuffer(cell) ? cell.toString('utf8') : JSON.stringify(cell))
    }
    expect(parts.length).toBeGreaterThan(100)
    return parts.join('\n')
  } finally {
    await client.end()
  }
}

function filesIn(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
}
