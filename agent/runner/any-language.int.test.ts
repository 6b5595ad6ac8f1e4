import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { putApp, type TestRunner, testFolder, testRunner, workerCall } from './fixtures/test-app.ts'
import type { WorkerCall } from './worker-runner.ts'

const folder = testFolder()
const appsDir = join(folder.dir, 'apps')
const answer = (text: string) => `<ElvesWFlag>true</ElvesWFlag><ElvesWResult>${text}</ElvesWResult>`
const says = (text: string) => `#!/bin/sh\nprintf '%s' '${answer(text)}'\n`
let runner: TestRunner
let apps = 0

beforeAll(async () => {
  mkdirSync(appsDir)
  runner = await testRunner(folder.dir)
})
afterAll(async () => {
  await runner.close()
  folder.remove()
})

/** Makes an app of these files, all executable, and calls it. */
async function ran(files: Readonly<Record<string, string>>, call: Partial<WorkerCall> & { param?: unknown } = {}, by = runner) {
  apps += 1
  const app = `app${apps}`
  const dir = putApp(appsDir, app, files)
  for (const name of Object.keys(files)) if (!name.includes('plain.')) execFileSync('chmod', ['755', join(dir, name)])
  const { outcome, failure, output } = await by.start(workerCall({ app, ...call })).ended
  return { outcome, failure, output, text: output?.message.inline }
}

describe('the entry of an app that names none', () => {
  const order = ['app-worker.py', 'app-worker', 'app-worker.sh', 'app-worker.js', 'app-worker.exe']
  const files: Record<string, string> = {
    'app-worker.py': `print('${answer('app-worker.py')}')`,
    'app-worker': says('app-worker'),
    'app-worker.sh': says('app-worker.sh'),
    'app-worker.js': `#!/usr/bin/env node\nconsole.log('${answer('app-worker.js')}')`,
    'app-worker.exe': says('app-worker.exe'),
  }

  test.each(order.map((name, first) => [name, order.slice(first)] as const))('is %s where the ones before it are not there', async (name, there) => {
    expect(await ran(Object.fromEntries(there.map((file) => [file, files[file] ?? ''])))).toMatchObject({ outcome: 'SUCCEEDED', text: name })
  })

  test('may be a script that is not executable, as an archive may have left it', async () => {
    const dir = putApp(appsDir, 'unpacked', { 'app-worker.js': files['app-worker.js'] ?? '' })
    expect((await runner.start(workerCall({ app: 'unpacked' })).ended).output?.message.inline).toBe('app-worker.js')
    writeFileSync(join(dir, 'app-worker'), says('x'), { mode: 0o644 })
    expect(runner.check(workerCall({ app: 'unpacked' }))?.failure?.message).toContain('app-worker is not executable')
  })
})

describe('an .exe that the kernel can not start', () => {
  const mono = join(folder.dir, 'my-mono')
  const exe = { 'app-worker.exe': 'MZ…' }
  beforeAll(() =>
    writeFileSync(
      mono,
      '#!/bin/sh\n[ "$3" = helloword ] && printf "%s" "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>$(basename "$1")</ElvesWResult>"\n',
      { mode: 0o755 },
    ),
  )

  test('is run by mono, as entry and as proxy, and the one that is set is taken', async () => {
    const by = await testRunner(folder.dir, { dataDir: join(folder.dir, 'mono'), mono })
    expect(await ran(exe, {}, by)).toMatchObject({ outcome: 'SUCCEEDED', text: 'app-worker.exe' })
    for (const proxy of ['app-worker.exe', 'mono|app-worker.exe']) expect((await ran(exe, { proxy }, by)).text).toBe('app-worker.exe')
    await by.close()
  })

  test('is refused where mono is not there, which the failure names', async () => {
    const by = await testRunner(folder.dir, { dataDir: join(folder.dir, 'no-mono'), mono: '/nowhere/mono' })
    const { outcome, failure } = await ran(exe, {}, by)
    expect({ outcome, code: failure?.code }).toEqual({ outcome: 'REJECTED', code: 'WORKER_SPAWN' })
    expect(failure?.message).toMatch(/no mono.*ELVES_AGENT_MONO/)
    await by.close()
  })
})

describe('a manifest', () => {
  test('names the entry, in either file', async () => {
    const manifest = '{"worker": {"entry": "bin/main"}}'
    apps += 1
    putApp(appsDir, `app${apps}`, { 'elves.json': manifest })
    mkdirSync(join(appsDir, `app${apps}`, 'bin'))
    writeFileSync(join(appsDir, `app${apps}`, 'bin/main'), says('main'), { mode: 0o755 })
    expect((await runner.start(workerCall({ app: `app${apps}` })).ended).output?.message.inline).toBe('main')
    const config = { 'appcfg.json': '{"Worker": {"Entry": "sh|plain.txt"}}', 'plain.txt': says('by sh') }
    expect((await ran(config)).text).toBe('by sh')
  })

  test.each([
    ['{"worker": {"entry": "../x"}}', '..'],
    ['{"worker": {"entry": "gone.sh"}}', 'has no file gone.sh'],
    ['{"worker": {"entry": "rm|app-worker.sh"}}', 'ELVES_AGENT_INTERPRETERS'],
    ['{"worker": {"mode": "simple"}}', 'classic, plain'],
    ['{', 'elves.json'],
  ])('that says %s is refused, and told why', async (manifest, reason) => {
    const { outcome, failure } = await ran({ 'elves.json': manifest, 'app-worker.sh': says('x') })
    expect(outcome).toBe('REJECTED')
    expect(failure?.message).toContain(reason)
  })
})

describe('in plain mode', () => {
  const plain = '{"worker": {"mode": "plain"}}'

  test('the result is standard output, and success is exit code 0', async () => {
    const script = '#!/bin/sh\necho "$# $1 $2"; cat; echo; echo careful >&2\n'
    const end = await ran({ 'elves.json': plain, 'app-worker.sh': script }, { func: 'report', param: { a: 'ü' } })
    expect(end).toMatchObject({ outcome: 'SUCCEEDED', text: `2 app${apps} report\n{"a":"ü"}\n`, output: { workerFlag: 1 } })
    expect(end.output?.exit).toEqual({ code: 0, signal: null, standardError: 'careful', standardErrorBytes: 8 })
  })

  test('another exit code is a failure that tells what was printed', async () => {
    const end = await ran({ 'elves.json': plain, 'app-worker.sh': '#!/bin/sh\necho half; echo "no disk" >&2; exit 4\n' })
    expect(end).toMatchObject({ outcome: 'FAILED', failure: { code: 'WORKER_EXIT' }, output: { workerFlag: -1, exit: { code: 4 } } })
    expect(end.failure?.message).toBe('the worker ended with exit status 4\nstandard output: half\nstandard error: no disk')
  })

  test('a result of 50 MB is cut, counted and hashed', async () => {
    const end = await ran({ 'elves.json': plain, 'app-worker.sh': '#!/bin/sh\nhead -c 50000000 /dev/zero\n' })
    expect(end.output).toMatchObject({ workerFlag: 1, truncated: true, byteCount: 50_000_000, sha256: expect.any(String) })
  })
})

describe.each([true, false])('a parameter on standard input and in a file (cgroups where they are: %s)', (cgroups) => {
  const manifest = { 'elves.json': '{"worker": {"param": "stdin"}}' }
  const shows = `#!/bin/sh
printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s|%s|%s|%s|%s|%s</ElvesWResult>' "$#" "$(cat)" "$(cat "$ELVESRUN_PARAM_FILE")" \\
  "$(stat -c %a "$ELVESRUN_PARAM_FILE")" "$(stat -c %a "$(dirname "$ELVESRUN_PARAM_FILE")")" "$ELVESRUN_PARAM_FILE"
`
  const dataDir = join(folder.dir, `params-${cgroups}`)
  let by: TestRunner
  beforeAll(async () => {
    by = await testRunner(folder.dir, { dataDir, cgroups })
  })
  afterAll(() => by.close())
  const kept = () => (existsSync(join(dataDir, 'params')) ? readdirSync(join(dataDir, 'params')) : [])

  test('is no argument, is for this user alone, and is gone after the run', async () => {
    const paramText = `{"secret":  "${'ü'.repeat(30_000)}"}`
    const { text = '' } = await ran({ ...manifest, 'app-worker': shows }, { paramText }, by)
    const [count, input, inFile, fileMode, folderMode, file = ''] = (text ?? '').split('|')
    expect({ count, fileMode, folderMode }).toEqual({ count: '2', fileMode: '600', folderMode: '700' })
    expect([input === paramText, inFile === paramText]).toEqual([true, true])
    expect(existsSync(file)).toBe(false)
    expect(kept()).toEqual([])
  })

  test('is empty without a parameter', async () => {
    expect((await ran({ ...manifest, 'app-worker': shows }, {}, by)).text).toMatch(/^2\|\|\|600\|/)
  })

  test('is gone also after a run that could not start, or was killed', async () => {
    expect(await ran({ ...manifest, 'app-worker': '#!/does/not/exist\n' }, { param: 1 }, by)).toMatchObject({ outcome: 'REJECTED' })
    expect(await ran({ ...manifest, 'app-worker': '#!/bin/sh\nsleep 60\n' }, { param: 1, timeoutMs: 200 }, by)).toMatchObject({
      outcome: 'TIMED_OUT',
      output: { exit: { signal: 'SIGTERM' } },
    })
    expect(kept()).toEqual([])
  })

  test('that an earlier process of the agent left is removed at the start of the next', async () => {
    const left = join(folder.dir, `left-${cgroups}`)
    mkdirSync(join(left, 'params/0000000000000001-1'), { recursive: true })
    await (await testRunner(folder.dir, { dataDir: left, cgroups })).close()
    expect(existsSync(join(left, 'params'))).toBe(false)
  })
})

test('the parameter of a classic worker is an argument, its standard input is empty', async () => {
  const { text } = await ran(
    { 'app-worker': `#!/bin/sh\nprintf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s|%s|%s</ElvesWResult>' "$3" "$(cat)" "$ELVESRUN_PARAM_FILE"\n` },
    { param: 1 },
  )
  expect(text).toBe('MQ==||')
})

test('a failing import shows its traceback', async () => {
  const worker = execFileSync('cat', [join(import.meta.dirname, '../../sdk/python/app-worker.py')], { encoding: 'utf8' })
  const end = await ran({ 'app-worker.py': worker, [`app${apps + 1}.py`]: 'import no_such_module_here\n' })
  expect(end).toMatchObject({ outcome: 'FAILED', failure: { code: 'WORKER_SAID_NO' } })
  for (const shown of ['Traceback', `app${apps}.py", line 1`, 'ModuleNotFoundError']) {
    expect(end.failure?.message).toContain(shown)
    expect(end.output?.exit?.standardError).toContain(shown)
  }
})
