import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appPackage, putPackage, sayingApp } from '../support/app-package.ts'
import { sharedPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { rawZip } from '../support/raw-zip.ts'
import { waitFor } from '../support/wait-for.ts'

/** An app from its upload to its removal, with the real agent, by the samples of the guide. */

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'apps.md'), 'utf8')
const samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
const manifest = JSON.parse(/^```json\n([\s\S]*?)^```$/m.exec(guide)?.[1] ?? '') as object

let platform: TestPlatform
beforeAll(async () => {
  platform = await sharedPlatform()
})
afterAll(() => platform.dispose())

const put = (app: string, version: string, bytes: Buffer) => putPackage(platform.ready(), app, version, bytes)

async function mutate(name: string, input: object): Promise<{ refusal: { code: string } | null; position: string }> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`.replace(/^(Pause|Resume|RollBack)RolloutInput/, 'RolloutOnlyInput')
  const data = await platform.graphql<Record<string, { refusal: { code: string } | null; position: string }>>(
    `mutation ($input: ${type}) { ${name}(input: $input) { position refusal { code message field } } }`,
    { input },
  )
  return data[name] as { refusal: { code: string } | null; position: string }
}

const agentsOf = async (app: string) => {
  const query = `query ($app: String!) { app(name: $app) { agents { nodes { state wanted installed error { code } agent { ip } } } } }`
  const data = await platform.graphql<{ app: { agents: { nodes: { state: string; wanted: string | null; installed: string | null }[] } } }>(query, {
    app,
  })
  return data.app.agents.nodes
}

const run = async (app: string, param = 'null') => {
  const agent = platform.shape === 'standalone' ? '127.0.0.1' : '127.0.0.2'
  const query = `mutation ($agent: String!, $app: String!) { runTask(input: { agent: $agent, app: $app, func: "say", param: ${param} }) { task { state result { message } failure { code } } refusal { code } } }`
  const data = await platform.graphql<{
    runTask: {
      task: { state: string; result: { message: string } | null; failure: { code: string } | null } | null
      refusal: { code: string } | null
    }
  }>(query, { agent, app })
  return data.runTask
}

/** In the cluster, 127.0.0.1 and .2 are agents on Kafka, which get packages from a gateway, too. */
const selector = () => (platform.shape === 'standalone' ? 'ip=127.0.0.1' : 'ip in (127.0.0.2,127.0.0.4)')

const released = async () => {
  const { app } = await platform.graphql<{ app: { released: { version: string } | null } }>('{ app(name: "shop") { released { version } } }')
  return app.released?.version
}

const installed = (version: string) => async () => {
  const agents = await agentsOf('shop')
  return agents.length > 0 && agents.every(({ state, installed: has }) => state === 'INSTALLED' && has === version)
}

test('an app is uploaded, bound, released in stages, run from its new version, withdrawn, banned and removed', async () => {
  const [create, bind, release, look, withdraw, ...more] = samples
  expect(more).toEqual([])
  const sample = async (text: string | undefined) =>
    Object.values(await platform.graphql<Record<string, { refusal: unknown }>>((text ?? '').replace('ip=127.0.0.1', selector())))[0]
  expect(await sample(create)).toMatchObject({ refusal: null, app: { state: 'ACTIVE' } })
  expect(await put('shop', '1.0.0', await sayingApp('one'))).toMatchObject({ status: 200, body: { version: '1.0.0', state: 'UPLOADED' } })
  expect(await put('shop', '1.0.0', await sayingApp('other'))).toMatchObject({ status: 409, body: { code: 'APP_VERSION_EXISTS' } })
  expect(await put('shop', '2.0.0', await sayingApp('two', manifest))).toMatchObject({ status: 200 })
  expect(await sample(bind)).toMatchObject({ refusal: null })
  expect(await sample(release)).toMatchObject({
    refusal: null,
    rollout: { batches: ['10%', '50%', '100%'] },
    selected: platform.shape === 'standalone' ? 1 : 2,
    leftOut: [],
  })
  await waitFor(async () => (await released()) === '1.0.0', { what: 'the end of the first rollout' })
  expect(await run('shop')).toMatchObject({ task: { state: 'SUCCEEDED', result: { message: 'one' } } })
  expect(await mutate('releaseAppVersion', { app: 'shop', version: '2.0.0' })).toMatchObject({ refusal: null })
  await waitFor(async () => (await released()) === '2.0.0', { what: 'the end of the second rollout' })
  expect(await run('shop')).toMatchObject({ task: { state: 'SUCCEEDED', result: { message: 'two' } } })
  expect(await run('shop', '[1]')).toMatchObject({ task: null, refusal: { code: 'PARAM_NOT_OF_SCHEMA' } })
  expect(await platform.graphql(look ?? '')).toMatchObject({
    app: { functions: [{ name: 'say' }] },
    rollouts: { nodes: [{ state: 'DONE' }, { state: 'DONE' }] },
  })
  expect(await sample(withdraw)).toMatchObject({ refusal: null })
  await waitFor(installed('1.0.0'), { what: 'the first version again' })
  expect(await run('shop')).toMatchObject({ task: { state: 'SUCCEEDED', result: { message: 'one' } } })
  expect(await mutate('banApp', { app: 'shop', reason: 'it leaks' })).toMatchObject({ refusal: null })
  expect(await run('shop')).toMatchObject({ task: null, refusal: { code: 'APP_BANNED' } })
  await waitFor(async () => (await agentsOf('shop')).every(({ state }) => state === 'REMOVED'), { what: 'the removal' })
  expect(await mutate('unbanApp', { app: 'shop' })).toMatchObject({ refusal: null })
  await waitFor(installed('1.0.0'), { what: 'the app that is no longer banned' })
  expect(await mutate('unbindApp', { app: 'shop', agents: selector() })).toMatchObject({ refusal: null })
  await waitFor(async () => (await agentsOf('shop')).every(({ state }) => state === 'REMOVED'), { what: 'the removal of an unbound app' })
  expect(await run('shop')).toMatchObject({ task: { state: 'REJECTED', failure: { code: 'APP_NOT_INSTALLED' } } })
})

/** A worker that waits for a file, and says then what is in another one beside it. */
const patientApp = (says: string, file: string) =>
  appPackage({
    'app-worker.py': `import os, time
while not os.path.exists(${JSON.stringify(file)}):
    time.sleep(0.05)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "says.txt")) as text:
    print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>" + text.read() + "</ElvesWResult>")
`,
    'says.txt': says,
  })

// The agents of containers have no files in common with the tests.
test.skipIf(testedShape === 'compose')('a run ends on the version that it began with, while two others come', async () => {
  const file = join(platform.dataDir, 'patient')
  await mutate('createApp', { name: 'patient' })
  await mutate('bindApp', { app: 'patient', agents: selector() })
  const bring = async (version: string) => {
    expect(await put('patient', version, await patientApp(version, file))).toMatchObject({ status: 200 })
    expect(await mutate('releaseAppVersion', { app: 'patient', version })).toMatchObject({ refusal: null })
    const have = async () => (await agentsOf('patient')).every(({ state, installed: has }) => state === 'INSTALLED' && has === version)
    await waitFor(async () => (await agentsOf('patient')).length > 0 && (await have()), { what: `version ${version}` })
  }
  await bring('1')
  const running = run('patient')
  const query = '{ tasks(filter: { apps: ["patient"], states: [RUNNING] }) { nodes { id } } }'
  await waitFor(async () => (await platform.graphql<{ tasks: { nodes: object[] } }>(query)).tasks.nodes.length === 1, { what: 'the run' })
  await bring('2')
  await bring('3')
  await writeFile(file, '')
  expect(await running).toMatchObject({ task: { state: 'SUCCEEDED', result: { message: '1' } } })
  expect(await run('patient')).toMatchObject({ task: { state: 'SUCCEEDED', result: { message: '3' } } })
})

test.each([
  ['leaves its folder', 'PACKAGE_PATH_INVALID', rawZip([{ name: 'a.txt' }, { name: '../evil' }])],
  ['has a name with a NUL', 'PACKAGE_PATH_INVALID', rawZip([{ name: 'evil\0.txt' }])],
  ['has a name that reads from right to left', 'PACKAGE_PATH_INVALID', rawZip([{ name: 'evil\u202egpj.py' }])],
  ['has a link', 'PACKAGE_LINK', rawZip([{ name: 'link', mode: 0o120777, content: Buffer.from('/etc/passwd') }])],
  ['has names that differ by case', 'PACKAGE_NAME_TAKEN', rawZip([{ name: 'a.txt' }, { name: 'A.txt' }])],
  ['is a bomb', 'PACKAGE_BOMB', rawZip([{ name: 'a', content: Buffer.alloc(4_194_304), isDeflated: true }])],
  ['is no zip', 'PACKAGE_INVALID', Buffer.from('#!/bin/sh')],
])('a package that %s is refused at the door with its code, and is no version', async (_what, code, bytes) => {
  await mutate('createApp', { name: 'hostile' })
  expect(await put('hostile', '6.6.6', bytes)).toMatchObject({ status: 422, body: { code } })
  const { app } = await platform.graphql<{ app: { versions: { nodes: object[] } } }>('{ app(name: "hostile") { versions { nodes { version } } } }')
  expect(app.versions.nodes).toEqual([])
})
