import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide of secrets, run in their order. */

const guide = readFileSync(join(import.meta.dirname, 'secrets.md'), 'utf8')
const samplesOf = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

let platform: TestPlatform
beforeAll(async () => {
  platform = await sharedPlatform()
})
afterAll(() => platform?.dispose())

test('each sample does what the guide says', async () => {
  const [create, run, give, uses, ...more] = samplesOf('graphql')
  const [variables, manifest] = samplesOf('json')
  expect(more).toEqual([])
  const app = join(platform.dataDir, 'apps', 'report')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), 'import json, sys\nprint("len", len(json.load(sys.stdin)["password"]))\n')
  const { env: _, ...worker } = (JSON.parse(manifest ?? '') as { worker: { env: object } }).worker
  await writeFile(join(app, 'elves.json'), JSON.stringify({ worker }))
  const made = await platform.graphql(create ?? '', { value: 'correct horse' })
  expect(made).toEqual({ createSecret: { secret: { name: 'db-password', version: 1, apps: ['report'] }, refusal: null } })
  await platform.graphql('mutation { createUser(input: { name: "secret-user", roles: [] }) { refusal { code } } }')
  const given = JSON.parse(variables ?? '') as { param: object }
  const ran = await waitFor(async () => {
    const { runTask } = await platform.graphql<{ runTask: { task: { state: string } | null } }>(run ?? '', given)
    return runTask.task?.state === 'SUCCEEDED' && runTask
  })
  expect(ran).toEqual({ task: { state: 'SUCCEEDED', param: given.param, result: { message: 'len 13\n' } }, refusal: null })
  const { grant } = await platform.graphql<{ grant: { grant: { sentence: string }; refusal: object | null } }>(give ?? '', {
    user: 'secret-user',
  })
  expect(grant.refusal).toBeNull()
  expect(grant.grant.sentence).toContain('may use secret db-password in tasks of app report')
  const events = await waitFor(async () => {
    const data = await platform.graphql<{ events: { nodes: readonly { data: object }[] } }>(uses ?? '')
    return data.events.nodes.find(({ data: used }) => JSON.stringify(used).includes('db-password'))
  })
  expect(events).toMatchObject({ actor: { kind: 'LOCAL' }, data: { app: 'report', secrets: [{ name: 'db-password', version: 1 }] } })
}, 60_000)
