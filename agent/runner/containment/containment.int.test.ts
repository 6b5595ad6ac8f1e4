import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { getPriority } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { isAlive } from '@elves/tests/support/processes.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { examplesDir, putApp, type TestRunner, testFolder, testRunner, workerCall } from '../fixtures/test-app.ts'
import { type Pipes, pipes } from '../pipes.ts'
import { cgroupHome } from './cgroup-home.ts'
import { cgroups } from './cgroups.ts'
import { weightOf } from './priority.ts'

const folder = testFolder()
const dataDir = join(folder.dir, 'data')
const pidFile = join(folder.dir, 'pids')
const home = cgroupHome(`elves-agent-test-${process.pid}`, silentLogger)
afterAll(() => {
  folder.remove()
  if (home !== null) rmdirSync(home)
})

/** Returns the pids by role, once `count` processes have written theirs to the file. */
async function notedPids(file: string, count: number): Promise<Map<string, number>> {
  const noted = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])
  expect(await until(() => noted().length >= count, 30_000)).toBe(true)
  return new Map(
    noted()
      .sort()
      .map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  )
}
const living = (pids: ReadonlyMap<string, number>) => [...pids].filter(([, pid]) => isAlive(pid)).map(([role]) => role)

const modes = [
  { mode: 'process groups', cgroups: false, proof: 'BEST_EFFORT' },
  ...(home === null ? [] : [{ mode: 'cgroups', cgroups: true, proof: 'VERIFIED' }]),
]

describe.each(modes)('in $mode a worker that ignores SIGTERM, with a grandchild in a session of its own,', ({ cgroups, proof }) => {
  const options = { appsDir: examplesDir, dataDir, cgroups, stopGraceMs: 100 }
  let runner: TestRunner
  let files = 0
  const childrenCall = (timeoutMs = 0) => {
    files += 1
    const file = `${pidFile}-${cgroups}-${files}`
    return { file, call: workerCall({ func: 'children', param: { file }, timeoutMs }) }
  }
  beforeAll(async () => {
    runner = await testRunner(folder.dir, options)
  })
  afterAll(() => runner.close())

  test('is what the kernel ends before the agent where memory runs out', async () => {
    const { file, call } = childrenCall()
    const run = runner.start(call)
    const pids = await notedPids(file, 3)
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'latin1'))
    for (const pid of pids.values()) expect(Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1'))).toBe(Math.min(1_000, own + 500))
    run.cancel()
    await run.ended
  })

  test('is gone, all of it, when the end says that it timed out', async () => {
    const { file, call } = childrenCall(1_500)
    const end = await runner.start(call).ended
    expect(living(await notedPids(file, 3))).toEqual([])
    expect(end).toMatchObject({ outcome: 'TIMED_OUT', killed: proof })
  })

  test('is gone, all of it, when the end says that it was cancelled', async () => {
    const { file, call } = childrenCall()
    const run = runner.start(call)
    const pids = await notedPids(file, 3)
    expect(living(pids)).toEqual(['child', 'grandchild', 'worker'])
    run.cancel()
    expect(await run.ended).toMatchObject({ outcome: 'CANCELLED', killed: proof })
    expect(living(pids)).toEqual([])
  })

  test('is gone, all of it, when the runner is closed', async () => {
    const other = await testRunner(folder.dir, { ...options, dataDir: join(folder.dir, 'other') })
    const { file, call } = childrenCall()
    const run = other.start(call)
    const pids = await notedPids(file, 3)
    await other.close()
    expect(living(pids)).toEqual([])
    expect(await run.ended).toMatchObject({ outcome: 'CANCELLED' })
  })

  test('outlives a kill -9 of its agent, and the next one finds and kills all of it', async () => {
    const { file, call } = childrenCall()
    const agent = startAgent(options, call)
    const pids = await notedPids(file, 3)
    agent.kill('SIGKILL')
    await once(agent, 'exit')
    expect(living(pids)).toEqual(['child', 'grandchild', 'worker'])
    expect(await runner.killLeftovers({ ...call, attempt: 2 })).toBeNull()
    expect(await runner.killLeftovers(call)).toBe(proof)
    expect(living(pids)).toEqual([])
    expect(await runner.killLeftovers(call)).toBeNull()
  })

  test('is not taken for a leftover by an agent with another data folder', async () => {
    const other = await testRunner(folder.dir, { ...options, dataDir: join(folder.dir, 'stranger') })
    const { file, call } = childrenCall()
    const run = runner.start(call)
    const pids = await notedPids(file, 3)
    expect(await other.killLeftovers(call)).toBeNull()
    expect(living(pids)).toHaveLength(3)
    run.cancel()
    await run.ended
    await other.close()
  })
})

describe.each(modes)('in $mode', ({ cgroups }) => {
  const spawned: number[] = []
  afterEach(() => {
    for (const pid of spawned.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  test('a daemon that holds the pipe neither delays the end of its run nor ends with it', async () => {
    const runner = await testRunner(folder.dir, { appsDir: examplesDir, dataDir, cgroups, stopGraceMs: 100, env: process.env })
    const file = `${pidFile}-daemon-${cgroups}`
    const end = await runner.start(workerCall({ func: 'daemon', param: { file, seconds: 600 } })).ended
    expect(end).toMatchObject({ outcome: 'SUCCEEDED', killed: null, output: { message: { inline: 'left a daemon' } } })
    const pid = (await notedPids(file, 1)).get('daemon') ?? 0
    spawned.push(pid)
    expect(isAlive(pid)).toBe(true)
    // The daemon prints all the time, so it would die if the end of the run had closed its pipe.
    const { ended } = runner.start(workerCall({ func: 'slow', param: { seconds: 0.3 } }))
    await ended
    expect(isAlive(pid)).toBe(true)
    await runner.close()
  })

  test('no run is started while what earlier ones left holds more pipes than it may', async () => {
    const few = { appsDir: examplesDir, dataDir: join(folder.dir, 'few'), cgroups, heldPipesMost: 1 }
    const runner = await testRunner(folder.dir, few)
    const file = `${pidFile}-held-${cgroups}`
    expect(await runner.start(workerCall({ func: 'daemon', param: { file, seconds: 600 } })).ended).toMatchObject({ outcome: 'SUCCEEDED' })
    const pid = (await notedPids(file, 1)).get('daemon') ?? 0
    spawned.push(pid)
    const refused = { outcome: 'REJECTED', failure: { code: 'AGENT_RESOURCES_SHORT', message: expect.stringContaining('redirect') } }
    expect(await runner.start(workerCall({})).ended).toMatchObject(refused)
    process.kill(pid, 'SIGKILL')
    await waitFor(async () => (await runner.start(workerCall({})).ended).outcome === 'SUCCEEDED')
    await runner.close()
  })

  test('a worker and what it starts have the lower CPU priority that is set; the agent keeps its own', async () => {
    const appsDir = join(folder.dir, 'apps')
    // Without a cgroup the priority is set just after the start, so the worker waits a while for the one that is meant.
    const wait = 'until [ "$(nice)" = "$2" ] || [ $((i += 1)) -gt 50 ]; do sleep 0.1; done'
    putApp(appsDir, 'nice', { 'nice.sh': `#!/bin/sh\n${wait}\necho "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>$(nice)</ElvesWResult>"\n` })
    const own = getPriority()
    for (const [nice, expected] of [
      [0, own],
      [7, Math.min(19, own + 7)],
    ] as const) {
      const runner = await testRunner(folder.dir, { appsDir, dataDir: join(folder.dir, `nice-${nice}`), cgroups, nice })
      const end = await runner.start(workerCall({ app: 'nice', func: String(expected), proxy: 'nice.sh' })).ended
      expect(end.output?.message.inline).toBe(String(expected))
      await runner.close()
    }
    expect(getPriority()).toBe(own)
  })

  test('a run that lasts, with all that it started, gives way to whatever else wants the CPU, unless workers are equals', async () => {
    const appsDir = join(folder.dir, 'apps')
    // The 41st field of a process is its scheduling policy; no name with spaces comes before it here.
    const policies = 'for pid in $$ $!; do cut -d" " -f41 "/proc/$pid/stat"; done | tr -d "\\n"'
    for (const [nice, expected, tries] of [
      [7, '55', 100],
      // Equals stay equals: it looks for a second, in vain.
      [0, '00', 10],
    ] as const) {
      const wait = `until [ "$(${policies})" = 55 ] || [ $((i += 1)) -gt ${tries} ]; do sleep 0.1; done`
      putApp(appsDir, `lasting-${nice}`, {
        'lasting.sh': `#!/bin/sh\nsleep 60 >/dev/null 2>&1 &\n${wait}\necho "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>$(${policies})</ElvesWResult>"\nkill $!\n`,
      })
      const runner = await testRunner(folder.dir, { appsDir, dataDir: join(folder.dir, `lasting-${nice}`), cgroups, nice, idleAfterMs: 200 })
      const end = await runner.start(workerCall({ app: `lasting-${nice}`, proxy: 'lasting.sh', timeoutMs: 60_000 })).ended
      expect(end.output?.message.inline).toBe(expected)
      await runner.close()
    }
  })

  test('a worker that ends at its SIGTERM is waited for', async () => {
    const appsDir = join(folder.dir, 'apps')
    // Removes the pid file that the test of the other containment left here.
    rmSync(join(appsDir, 'tidy'), { recursive: true, force: true })
    // The worker writes its pid after the fork: a process that is forked during the scan gets no SIGTERM and would take the whole grace.
    putApp(appsDir, 'tidy', {
      'tidy.sh': '#!/bin/sh\ntrap \'echo tidied >>"$3.out"; exit 0\' TERM\nsleep 60 &\necho $$ >"$(dirname "$0")/pid"\nwait\n',
    })
    const runner = await testRunner(folder.dir, { appsDir, cgroups, stopGraceMs: 20_000 })
    const run = runner.start(workerCall({ app: 'tidy', proxy: 'tidy.sh' }))
    expect(await until(() => existsSync(join(appsDir, 'tidy', 'pid')), 10_000)).toBe(true)
    const cancelledAt = performance.now()
    run.cancel()
    await run.ended
    expect(performance.now() - cancelledAt).toBeLessThan(20_000)
    expect(readFileSync(join(appsDir, 'tidy', '.out'), 'utf8')).toBe('tidied\n')
    await runner.close()
  })

  test('a file that the system can not run surely never ran', async () => {
    const appsDir = join(folder.dir, 'apps')
    putApp(appsDir, 'broken', { 'bad.sh': '#!/does/not/exist\n' })
    const runner = await testRunner(folder.dir, { appsDir, cgroups })
    expect(await runner.start(workerCall({ app: 'broken', proxy: 'bad.sh' })).ended).toMatchObject({ outcome: 'REJECTED' })
    await runner.close()
  })
})

describe.skipIf(home === null)('cgroups', () => {
  test('leave nothing behind', async () => {
    const own = cgroupHome('elves-agent-test-clean', silentLogger) ?? ''
    mkdirSync(join(own, 'left-empty'))
    const containments = cgroups({
      home: own,
      notesDir: join(folder.dir, 'notes'),
      env: {},
      pipes: pipes(join(folder.dir, 'pipes'), silentLogger) as Pipes,
      nice: 0,
      logger: silentLogger,
    })
    const contained = containments.contain({ name: 'task-1', runId: 'task-1-x' }, { argv: ['/bin/true'], cwd: '/', paramFile: null, variables: {} })
    await once(contained.process.child, 'exit')
    contained.release()
    await containments.close()
    expect(existsSync(own)).toBe(false)
  })

  test('take in a worker before its first instruction', async () => {
    const appsDir = join(folder.dir, 'apps')
    putApp(appsDir, 'where', {
      'where.sh': '#!/bin/sh\necho "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>$(grep ^0:: /proc/self/cgroup)</ElvesWResult>"\n',
    })
    const runner = await testRunner(folder.dir, { appsDir })
    const call = workerCall({ app: 'where', proxy: 'where.sh' })
    expect((await runner.start(call).ended).output?.message.inline).toMatch(/\/elves-agent-[0-9a-f]{16}\/seat-[0-9a-f]{16}$/)
    await runner.close()
  })
})

/** This kernel controls CPU by cgroups v2, and lets this process set weights. */
const hasWeights = home !== null && existsSync(join(home, 'cpu.weight'))

test.skipIf(!hasWeights)('the cgroup of all runs weighs less (skipped where no cgroup v2 controls the CPU)', async () => {
  const appsDir = join(folder.dir, 'apps')
  putApp(appsDir, 'weight', {
    'where.sh': '#!/bin/sh\necho "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>$(grep ^0:: /proc/self/cgroup)</ElvesWResult>"\n',
  })
  const runner = await testRunner(folder.dir, { appsDir, dataDir: join(folder.dir, 'weight'), nice: 10 })
  const end = await runner.start(workerCall({ app: 'weight', proxy: 'where.sh' })).ended
  const ofRuns = join(dirname(home ?? ''), basename(dirname(end.output?.message.inline ?? '')))
  expect(readFileSync(join(ofRuns, 'cpu.weight'), 'latin1').trim()).toBe(String(weightOf(10)))
  await runner.close()
})

function startAgent(options: object, call: object): ChildProcess {
  const script = join(import.meta.dirname, '../fixtures/start-one-run.ts')
  const settings = JSON.stringify({ ...options, env: { PATH: process.env['PATH'] } })
  return spawn(process.execPath, [script, settings, JSON.stringify(call)], { stdio: ['ignore', 'ignore', 'inherit'] })
}
