import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { examplesDir, putApp, type TestRunner, testFolder, testRunner, workerCall } from './fixtures/test-app.ts'
import type { RunEnd, WorkerCall } from './worker-runner.ts'

const folder = testFolder()
const appsDir = join(folder.dir, 'apps')
let runner: TestRunner

const shell = `#!/bin/sh
case "$2" in
  args) printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s|%s|%s|%s|%s</ElvesWResult>' "$#" "$1" "$2" "$3" "$PWD" ;;
  env) printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>'; env; printf '</ElvesWResult>' ;;
  lines) printf 'noise\\n<ElvesWFlag>true</ElvesWFlag>\\nnoise\\n<ElvesWResult>a\\nb</ElvesWResult>\\nnoise' ;;
  invalid) printf '\\377<ElvesWFlag>true</ElvesWFlag><ElvesWResult>a\\377b\\303</ElvesWResult>' ;;
  silent) ;;
  unflagged) echo 'FATAL: config not found' >&2 ;;
  noted) echo 'step 1'; : >"$(printf %s "$3" | base64 -d)"; sleep 60 ;;
  steps) echo 'step 1'; echo 'hm' >&2; sleep 60 ;;
  soon) sleep 0.1; printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>in time</ElvesWResult>' ;;
  noresult) printf '<ElvesWFlag>true</ElvesWFlag>' ;;
  devices) echo '<ElvesWFlag>true</ElvesWFlag>' > /dev/stdout; echo x > /dev/stderr; echo '<ElvesWResult>written</ElvesWResult>' > /dev/stdout ;;
  signal) kill -SEGV $$ ;;
  flood) printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>'; head -c 50000000 /dev/zero; printf '</ElvesWResult>' ;;
esac
`

beforeAll(async () => {
  mkdirSync(appsDir)
  symlinkSync(join(examplesDir, 'apptest'), join(appsDir, 'apptest'))
  const dir = putApp(appsDir, 'shell', {
    'proxy.sh': shell,
    'prints-args.sh': `#!/bin/sh\nprintf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s</ElvesWResult>' "$2"\n`,
    'plain.txt': shell,
    'bad-interpreter.sh': '#!/does/not/exist\n',
    'shows-python.py': 'import sys\nprint("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s</ElvesWResult>" % sys.version_info[0])',
    'appcfg.json': '{"Version": "2.1", "Processor": {}}',
  })
  writeFileSync(join(folder.dir, 'outside.sh'), shell, { mode: 0o755 })
  symlinkSync(join(folder.dir, 'outside.sh'), join(dir, 'escape.sh'))
  symlinkSync('proxy.sh', join(dir, 'inside.sh'))
  writeFileSync(join(appsDir, 'not-a-folder'), '')
  runner = await testRunner(folder.dir, {
    env: { PATH: process.env['PATH'], ELVES_JOIN_TOKEN: 'secret', KEPT: 'yes', OTHER: 'no' },
    addedVariables: ['KEPT'],
  })
})
afterAll(async () => {
  await runner.close()
  folder.remove()
})

async function run(call: Partial<WorkerCall> & { param?: unknown }) {
  const wanted = workerCall(call)
  expect(runner.check(wanted)).toBeNull()
  return summary(await runner.start(wanted).ended)
}
const shellCall = (func: string, more: Partial<WorkerCall> & { param?: unknown } = {}) => run({ app: 'shell', proxy: 'proxy.sh', func, ...more })

function summary(end: RunEnd) {
  return { outcome: end.outcome, code: end.failure?.code ?? null, flag: end.output?.workerFlag, text: end.output?.message.inline, killed: end.killed }
}
const succeeded = (text: string) => ({ outcome: 'SUCCEEDED', code: null, flag: 1, text, killed: null })
const failed = (code: string, flag: number, text: unknown) => ({ outcome: 'FAILED', code, flag, text, killed: null })

describe('a worker', () => {
  test('answers through the default entry', async () => {
    expect(await run({})).toEqual(succeeded('hello word!'))
  })

  test('gets its parameter byte for byte', async () => {
    expect(await run({ func: 'echo', param: { my: '你好 ü 🧝' } })).toEqual(succeeded('{"my": "你好 ü 🧝"}'))
    const text = '{"a":  1, "ü": "\\u00fc"}'
    const base64 = Buffer.from(text).toString('base64')
    expect((await shellCall('args', { paramText: text })).text).toBe(`3|shell|args|${base64}|${join(appsDir, 'shell')}`)
  })

  test('gets a parameter of 64 KiB, and a function name that a shell would take apart', async () => {
    const { text } = await shellCall('args', { paramText: JSON.stringify('x'.repeat(65_534)) })
    expect(text?.length).toBeGreaterThan(87_000)
    const func = `a'b "$(exit 1)" \\ \`x\` ; $0 ü`
    const printed = await run({ app: 'shell', proxy: 'prints-args.sh', func })
    expect(printed).toEqual(succeeded(func))
  })

  test('gets an empty third argument without a parameter', async () => {
    expect((await shellCall('args')).text).toMatch(/^3\|shell\|args\|\|/)
    expect(await run({ func: 'echo' })).toEqual(succeeded('""'))
  })

  test('may answer over several lines, between other output', async () => {
    expect(await shellCall('lines')).toEqual(succeeded('a\nb'))
  })

  test('gets the usual variables and those that a setting adds, no secrets, and carries the id of its run', async () => {
    const { text } = await shellCall('env', { taskId: '00000000000000AB', attempt: 2 })
    expect(text).toContain('KEPT=yes')
    expect(text).not.toContain('OTHER=')
    expect(text).toMatch(/^ELVESRUN_ID=00000000000000AB-2-[0-9a-f]{16}$/m)
    expect(text).not.toMatch(/^ELVES_/m)
  })

  test('that says false has failed with its own words', async () => {
    expect(await run({ func: 'failing', param: { reason: 'no disk' } })).toEqual(failed('WORKER_SAID_NO', 0, 'no disk'))
  })

  test('that raises says no; the traceback is in the failure', async () => {
    const end = await runner.start(workerCall({ func: 'raising', param: { reason: 'oh' } })).ended
    expect(summary(end)).toEqual(failed('WORKER_SAID_NO', 0, 'oh'))
    expect(end.failure?.message).toContain('RuntimeError: oh')
  })

  test('that exits with a code has failed', async () => {
    const text = 'app exec error : exit status 3, standard error: crashing, as asked'
    expect(await run({ func: 'crash' })).toEqual(failed('WORKER_EXIT', -1, text))
  })

  test('that dies by a signal has failed', async () => {
    expect(await shellCall('signal')).toEqual(failed('WORKER_EXIT', -1, 'app exec error : signal SIGSEGV'))
  })

  test('without a flag or a result has failed', async () => {
    expect(await shellCall('silent')).toEqual(failed('WORKER_NO_FLAG', -1, 'app output flag error : '))
    expect(await shellCall('noresult')).toEqual(failed('WORKER_NO_RESULT', -1, 'app output result error : <ElvesWFlag>true</ElvesWFlag>'))
  })

  test('without a flag tells what it wrote to standard error', async () => {
    const end = await runner.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'unflagged' })).ended
    expect(end.failure?.message).toBe('the worker printed no <ElvesWFlag>\nstandard error: FATAL: config not found')
  })

  test('may print invalid UTF-8, which is replaced, and the result says so', async () => {
    const end = await runner.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'invalid' })).ended
    expect(summary(end)).toEqual(succeeded('a\ufffdb\ufffd'))
    expect(end.output?.altered).toBe(true)
  })

  test('may open /dev/stdout and /dev/stderr', async () => {
    expect(await shellCall('devices')).toEqual(succeeded('written'))
  })

  test('may run often, many at once', async () => {
    const ends = await Promise.all(Array.from({ length: 80 }, (_, i) => shellCall('args', { param: i })))
    expect(new Set(ends.map((end) => end.text)).size).toBe(80)
  })

  test('may print 50 MB beside its answer', async () => {
    expect(await run({ func: 'loud', param: { bytes: 50_000_000 } })).toEqual(succeeded('printed 50000000 bytes'))
  })

  test('may answer 50 MB, which are cut, counted and hashed', async () => {
    const { output } = await runner.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'flood' })).ended
    const sha256 = createHash('sha256').update(Buffer.alloc(50_000_000)).digest('hex')
    expect(output).toMatchObject({ workerFlag: 1, truncated: true, byteCount: 50_000_000, sha256 })
    expect(output?.message.inline).toBe('\0'.repeat(256 * 1024))
  })

  test('killed soon after a sleep of its host that was longer than what it had left', async () => {
    const started = runner.start(workerCall({ func: 'slow', paramText: '{"seconds": 60}', timeoutMs: 3_600_000 }))
    started.slept(3_600_000)
    expect(await started.ended).toMatchObject({ outcome: 'TIMED_OUT', failure: { code: 'RUN_TIMEOUT' } })
  })

  test('killed at its timeout', async () => {
    const end = await run({ func: 'slow', param: { seconds: 60 }, timeoutMs: 300 })
    expect(end).toMatchObject({ outcome: 'TIMED_OUT', code: 'RUN_TIMEOUT', flag: -1, text: 'app exec timeout' })
    expect(end.killed).not.toBeNull()
  })

  test('killed at its timeout, or cancelled, tells what it had printed', async () => {
    const call = workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'steps', timeoutMs: 2_000 })
    const printed = 'standard output: step 1\nstandard error: hm'
    expect((await runner.start(call).ended).failure?.message).toBe(`killed at its timeout of 2000 ms\n${printed}`)
    const noted = join(folder.dir, 'noted')
    const started = runner.start({ ...call, func: 'noted', paramText: noted, timeoutMs: 0 })
    await waitFor(() => existsSync(noted))
    started.cancel()
    expect((await started.ended).output).toMatchObject({ message: { inline: 'app exec cancelled' }, printed: 'standard output: step 1' })
  })

  test('cancelled right after its start never claims more than it knows', async () => {
    const started = runner.start(workerCall({ func: 'slow', param: { seconds: 60 } }))
    started.cancel()
    started.cancel()
    const end = summary(await started.ended)
    expect(end).toMatchObject({ outcome: 'CANCELLED', code: null, flag: -1, text: 'app exec cancelled' })
    expect(end.killed).not.toBeNull()
  })

  test('that has answered is not changed by a cancel', async () => {
    const started = runner.start(workerCall({}))
    const end = await started.ended
    started.cancel()
    expect(await started.ended).toBe(end)
    expect(end.outcome).toBe('SUCCEEDED')
  })
})

describe('a call surely does not start', () => {
  async function refused(call: Partial<WorkerCall>) {
    const wanted = workerCall(call)
    const end = runner.check(wanted)
    expect(end).not.toBeNull()
    return end === null ? null : summary(end)
  }
  const rejected = (code: string, text: unknown) => ({ outcome: 'REJECTED', code, flag: -1, text, killed: null })

  test('when its app is removed just before the start', async () => {
    const dir = putApp(appsDir, 'going', { 'proxy.sh': shell })
    const ready = runner.prepare(workerCall({ app: 'going', proxy: 'proxy.sh' }))
    rmSync(dir, { recursive: true })
    expect('outcome' in ready ? ready : await ready.start().ended).toMatchObject({ outcome: 'REJECTED', failure: { code: 'WORKER_SPAWN' } })
  })

  test('when its app is not installed', async () => {
    expect(await refused({ app: 'nothere' })).toEqual(rejected('APP_NOT_INSTALLED', 'app [nothere] not install !'))
    for (const app of ['not-a-folder', '..', '.', '', 'a/b', '../apps/apptest']) {
      expect(await refused({ app })).toEqual(rejected('APP_NOT_INSTALLED', `app [${app}] not install !`))
    }
  })

  test.each(['../outside.sh', 'sh|../outside.sh', '/bin/sh', 'escape.sh', 'sh|escape.sh', 'nothere.sh', 'sh|nothere.sh', 'plain.txt', 'rm|proxy.sh'])(
    'when its proxy is %s',
    async (proxy) => {
      expect(await refused({ app: 'shell', proxy })).toEqual(rejected('PROXY_REFUSED', expect.stringMatching(/^app exec error : proxy refused, /)))
    },
  )

  test('when the app lacks the default entry', async () => {
    expect(await refused({ app: 'shell' })).toEqual(
      rejected('WORKER_SPAWN', expect.stringContaining('app exec error : the app has no app-worker.py, app-worker, ')),
    )
  })

  test('when the system can not run the file', async () => {
    const end = summary(await runner.start(workerCall({ app: 'shell', proxy: 'bad-interpreter.sh' })).ended)
    expect(end).toEqual(rejected('WORKER_SPAWN', expect.stringMatching(/^app exec error : .*(not found|ENOENT)/)))
  })

  test('when an argument has a NUL character', async () => {
    const end = summary(await runner.start(workerCall({ func: 'a\0b' })).ended)
    expect(end).toEqual(rejected('WORKER_SPAWN', expect.stringContaining('app exec error : ')))
  })
})

describe('a proxy', () => {
  test('is run by its interpreter, or by itself', async () => {
    expect((await shellCall('args')).outcome).toBe('SUCCEEDED')
    expect((await shellCall('args', { proxy: 'inside.sh' })).outcome).toBe('SUCCEEDED')
    expect((await shellCall('args', { proxy: 'sh|plain.txt' })).outcome).toBe('SUCCEEDED')
    expect((await shellCall('', { proxy: 'python3|shows-python.py' })).text).toBe('3')
    expect((await shellCall('', { proxy: 'shows-python.py' })).text).toBe('3')
  })
})

test('tells the installed apps with their versions', async () => {
  expect(await runner.installedApps()).toEqual([
    { name: 'apptest', version: '1.0.0', isLocal: true },
    { name: 'shell', version: '2.1', isLocal: true },
  ])
})

describe('the encoding that an app prints in', () => {
  /** 汉字 in GBK. */
  const gbk = '\\272\\272\\327\\326'
  const prints = `#!/bin/sh\nprintf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>${gbk}</ElvesWResult>'\n`
  const call = (app: string) => workerCall({ app, proxy: 'prints.sh' })

  test('is what its appcfg.json says, as it is at each run', async () => {
    putApp(appsDir, 'chinese', { 'prints.sh': prints, 'appcfg.json': '{"version": "1", "Encoding": "GBK"}' })
    const end = await runner.start(call('chinese')).ended
    expect(end.output).toMatchObject({ message: { inline: '汉字' }, altered: false })
    putApp(appsDir, 'chinese', { 'appcfg.json': '{"version": "2"}' })
    expect((await runner.start(call('chinese')).ended).output).toMatchObject({ altered: true })
    putApp(appsDir, 'chinese', { 'appcfg.json': '{"encoding": "klingon"}' })
    const refusal = runner.check(call('chinese'))
    expect(refusal?.failure).toMatchObject({ code: 'WORKER_SPAWN', message: expect.stringContaining('klingon') })
    rmSync(join(appsDir, 'chinese'), { recursive: true })
  })

  test('is else what the agent is told, and each run tells the version that it saw', async () => {
    const seen: string[] = []
    const onVersion = (app: string, version: string) => seen.push(`${app} ${version}`)
    const other = await testRunner(folder.dir, { dataDir: join(folder.dir, 'encoding'), encoding: 'gb18030', onVersion })
    putApp(appsDir, 'chinese', { 'prints.sh': prints, 'appcfg.json': '{"version": "1"}' })
    expect(summary(await other.start(call('chinese')).ended)).toEqual(succeeded('汉字'))
    putApp(appsDir, 'chinese', { 'appcfg.json': '{"version": "2", "encoding": "utf-8"}' })
    expect((await other.start(call('chinese')).ended).output).toMatchObject({ altered: true })
    expect(seen).toEqual(['chinese 1', 'chinese 2'])
    await other.close()
    rmSync(join(appsDir, 'chinese'), { recursive: true })
  })
})

test('takes another default entry and python from its configuration', async () => {
  const other = await testRunner(folder.dir, { dataDir: join(folder.dir, 'other'), workerEntry: 'sh|proxy.sh', python: '/nowhere/python' })
  expect((await other.start(workerCall({ app: 'shell', func: 'args' })).ended).outcome).toBe('SUCCEEDED')
  await other.close()
})

test('without a Python refuses calls that need it, and says what to do', async () => {
  const bare = await testRunner(folder.dir, { dataDir: join(folder.dir, 'bare'), python: '/nowhere/python' })
  const end = bare.check(workerCall({}))
  expect(end?.failure?.code).toBe('WORKER_SPAWN')
  expect(end?.failure?.message).toContain('ELVES_AGENT_PYTHON')
  expect((await bare.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'args' })).ended).outcome).toBe('SUCCEEDED')
  await bare.close()
})

describe('an agent that was stopped or busy while its worker ended', () => {
  /** Blocks like SIGSTOP and SIGCONT: events of that time wait in the event loop together with the due timers. */
  const stall = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

  test('does not call a run timed out that ended in time', async () => {
    const started = runner.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'soon', timeoutMs: 400 }))
    stall(800)
    expect(summary(await started.ended)).toEqual(succeeded('in time'))
  })

  test('does not call a run cancelled that ended before the cancel', async () => {
    const started = runner.start(workerCall({ app: 'shell', proxy: 'proxy.sh', func: 'soon' }))
    stall(400)
    started.cancel()
    expect(summary(await started.ended)).toEqual(succeeded('in time'))
  })
})
