import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putApp, type TestRunner, testFolder, testRunner, workerCall } from './fixtures/test-app.ts'
import type { WorkerCall } from './worker-runner.ts'

const folder = testFolder()
const appsDir = join(folder.dir, 'apps')
const secrets = new Map([['db', 'hunter2 "and" more']])
let runner: TestRunner

const script = `#!/bin/sh
case "$2" in
  env) printf '%s|%s' "$PLAIN" "$DB" | base64 ;;
  shown) printf 'it is %s' "$DB"; printf 'err %s' "$DB" >&2 ;;
  waits) cat > /dev/null; while [ ! -e go ]; do sleep 0.02; done ;;
  param) cat | base64 | tr 'A-Za-z' 'N-ZA-Mn-za-m' ;;
esac
`

beforeAll(async () => {
  const worker = { mode: 'plain', entry: 'main.sh', env: { PLAIN: 'text', DB: { $secret: 'db' } } }
  putApp(appsDir, 'vault', { 'main.sh': script, 'elves.json': JSON.stringify({ worker }) })
  putApp(appsDir, 'plain', { 'main.sh': script, 'elves.json': '{"worker":{"mode":"plain","entry":"main.sh"}}' })
  putApp(appsDir, 'classic', { 'main.sh': script, 'elves.json': '{"worker":{"entry":"main.sh"}}' })
  runner = await testRunner(folder.dir)
})
afterAll(async () => {
  await runner.close()
  folder.remove()
})

async function run(call: Partial<WorkerCall> & { param?: unknown }) {
  const { output, failure } = await runner.start(workerCall({ app: 'vault', secrets, ...call })).ended
  return { code: failure?.code ?? null, text: output?.message.inline ?? '', errors: output?.exit?.standardError ?? '' }
}

test('a worker gets the variables of its manifest, with the secrets in them; what it prints of these is masked', async () => {
  // A character of base64 that is half of what comes before or after the secret stays.
  expect(await run({ func: 'env' })).toEqual({ code: null, text: expect.stringMatching(/^dGV4dH.\*\*\*.=\n$/), errors: '' })
  expect(await run({ func: 'shown' })).toEqual({ code: null, text: 'it is ***', errors: 'err ***' })
})

test('a parameter has the secret in place of its reference, in a file that only this user reads, and on no command line', async () => {
  const param = { n: 1, password: { $secret: 'db' }, $$secret: 'kept' }
  const { text } = await run({ app: 'plain', func: 'param', param })
  // Turned by 13 letters: no mask looks for that.
  const turned = text.replaceAll(/[a-zA-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + (letter.toLowerCase() < 'n' ? 13 : -13)))
  const got = Buffer.from(turned, 'base64').toString()
  expect(JSON.parse(got)).toEqual({ n: 1, password: 'hunter2 "and" more', $secret: 'kept' })

  const call = workerCall({ app: 'plain', func: 'waits', secrets, param })
  const waiting = runner.start(call)
  const file = join(folder.dir, 'data', 'params', `${call.taskId}-1`, 'param.json')
  const { mode } = await waitFor(() => statSync(file, { throwIfNoEntry: false }))
  expect(mode & 0o777).toBe(0o600)
  expect(statSync(join(folder.dir, 'data', 'params')).mode & 0o777).toBe(0o700)
  putApp(appsDir, 'plain', { go: '' })
  await waiting.ended
  await waitFor(() => readdirSync(join(folder.dir, 'data', 'params')).length === 0)
})

test.each([
  ['a parameter that would be on the command line', { app: 'classic', func: 'param', param: { $secret: 'db' } }, 'SECRET_ON_COMMAND_LINE'],
  ['a secret that did not come along', { app: 'plain', func: 'param', param: { $secret: 'other' } }, 'SECRET_NOT_SENT'],
  ['a secret of the manifest that did not come along', { func: 'env', secrets: new Map() }, 'SECRET_NOT_SENT'],
  ['what is no reference', { app: 'plain', func: 'param', param: { $secret: 'db', more: 1 } }, 'SECRET_NOT_SENT'],
] as const)('rejects %s', async (_what, call, code) => {
  const ready = runner.check(workerCall({ app: 'vault', secrets, ...call }))
  expect(ready).toMatchObject({ outcome: 'REJECTED', failure: { code } })
})
