import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptEnded } from '@elves/schemas/generated/types.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { isAlive } from '@elves/tests/support/processes.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { agentProcesses } from './agent-process.fixture.ts'

let center: TestCenter
const undo: (() => void)[] = []
beforeEach(async () => {
  center = await testCenter()
})
// Hooks of this kind run last to first: this one after the agents have ended.
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) step()
  await center.stop()
})
const { folder, start, runs } = agentProcesses(() => ({ ELVES_GATEWAY_URL: center.url }))

/** A worker that forks a child in its own session, writes both pids to a file, and keeps running. */
const family = `import os, time
child = os.fork()
if child == 0:
    os.setsid()
else:
    with open('PIDS.new', 'w') as pids: pids.write('%d\\n%d\\n' % (os.getpid(), child))
    os.rename('PIDS.new', 'PIDS')
time.sleep(600)
`

const isRoot = process.getuid?.() === 0
const cgroupMount = mountOf('cgroup2')
/** An agent that sees no cgroups contains runs by process groups, as in containers and for plain users. */
const withoutCgroups = ['unshare', '-m', 'sh', '-c', `umount -l '${cgroupMount}' && exec "$@"`, 'sh']
const modes = [
  ...(isRoot && cgroupMount !== null ? [{ mode: 'cgroups', wrapper: [] }] : []),
  ...(isRoot && cgroupMount !== null ? [{ mode: 'process groups', wrapper: withoutCgroups }] : []),
  ...(isRoot && cgroupMount !== null ? [] : [{ mode: 'what is there', wrapper: [] }]),
]

function mountOf(type: string, option = ''): string | null {
  const line = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((entry) => entry.includes(` - ${type} `) && entry.includes(option))
  return line?.split(' ')[4] ?? null
}

function firstFree(numbers: readonly number[]): number {
  let free = 0
  while (numbers.includes(free)) free += 1
  return free
}

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).map(Number)

async function run(taskId: string, func = taskId): Promise<AttemptEnded> {
  center.run({ taskId, func, notAfter: center.now() + 60_000 })
  return center.ended(taskId)
}

/** Runs tasks, four at a time, until one is rejected. The first ones succeed, because they use what was made ahead. */
async function firstRejected(): Promise<AttemptEnded> {
  for (let round = 1; round < 40; round++) {
    const ids = Array.from({ length: 4 }, (_, index) => `R${round}-${index}`)
    const ends = await Promise.all(ids.map((taskId) => run(taskId, `${taskId.replace('-', '.')}-200`)))
    const rejected = ends.find(({ outcome }) => outcome === 'REJECTED')
    if (rejected) return rejected
  }
  return expect.unreachable('every task went well')
}

/** Checks that each report is true, and that the agent's process and its link are still the same. */
async function expectTruth(pid: number): Promise<void> {
  const started = (await runs()).map((name) => name.replace('.', '-'))
  for (const { name, value } of center.reports) {
    if (name !== 'AttemptEnded') continue
    expect([value.taskId, value.outcome]).toEqual([value.taskId, started.includes(value.taskId) ? 'SUCCEEDED' : 'REJECTED'])
  }
  expect(new Set(started).size).toBe(started.length)
  expect(center.hellos).toHaveLength(1)
  expect(descriptors(pid).length).toBeGreaterThan(0)
}

describe.each(modes)('an agent that contains by $mode', ({ wrapper }) => {
  test('without a free descriptor rejects, lives on, and runs tasks again', async () => {
    const { pid = 0 } = start({}, { wrapper }).child
    await center.hello()
    expect(await run('before')).toMatchObject({ outcome: 'SUCCEEDED' })
    const openBefore = descriptors(pid).length
    const limits = descriptorLimit(pid)
    limits.take()
    const end = await firstRejected()
    expect(end.failure).toMatchObject({ code: 'AGENT_RESOURCES_SHORT', message: expect.stringContaining('file descriptor') })
    expect(await run('short-again')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'AGENT_RESOURCES_SHORT' } })
    limits.lift()
    for (const taskId of ['after1', 'after2', 'after3', 'after4']) expect(await run(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
    await waitFor(() => descriptors(pid).length <= openBefore + 6)
    await expectTruth(pid)
  })

  test('without a free descriptor says that a run was killed only when all of it is gone', async () => {
    const pids = join(folder(), 'pids')
    mkdirSync(join(folder(), 'apps', 'family'))
    writeFileSync(join(folder(), 'apps', 'family', 'app-worker.py'), family.replaceAll('PIDS', pids))
    const { pid = 0 } = start({}, { wrapper }).child
    await center.hello()
    center.run({ taskId: 'T', app: 'family', func: 'f', timeoutMs: 0 })
    const members = await waitFor(() => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').filter(Boolean).map(Number))
    undo.push(() => members.filter(isAlive).forEach((member) => void process.kill(member, 'SIGKILL')))
    const limits = descriptorLimit(pid)
    limits.take()
    center.cancel('T')
    await waitFor(() => !isAlive(members[0] ?? 0))
    limits.lift()
    expect(await center.ended('T')).toMatchObject({ outcome: 'CANCELLED' })
    expect(members).toHaveLength(2)
    expect(members.filter(isAlive)).toEqual([])
  })

  test.runIf(isRoot)('without an inode in its data folder rejects, lives on, and runs tasks again', async () => {
    const dataDir = smallDisk('size=64m,nr_inodes=2000')
    const { pid = 0 } = start({ ELVES_AGENT_DATA_DIR: dataDir, ELVES_AGENT_APPS_DIR: join(folder(), 'apps') }, { wrapper }).child
    await center.hello()
    expect(await run('before')).toMatchObject({ outcome: 'SUCCEEDED' })
    // Removes the FIFOs that were made ahead: each would free an inode when it is used.
    rmSync(join(dataDir, 'pipes'), { recursive: true })
    const fill = join(dataDir, 'fill')
    mkdirSync(fill)
    while (statfsSync(dataDir).ffree > 0) writeFileSync(join(fill, String(statfsSync(dataDir).ffree)), '')
    const end = await firstRejected()
    expect(end.failure).toMatchObject({ code: 'AGENT_RESOURCES_SHORT', message: expect.stringContaining('no room') })
    rmSync(fill, { recursive: true })
    for (const taskId of ['after1', 'after2', 'after3']) expect(await run(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
    await expectTruth(pid)
  })

  test.runIf(isRoot && mountOf('cgroup', 'pids') !== null)('without a process rejects, lives on, and runs tasks again', async () => {
    const { pid = 0 } = start({}, { wrapper }).child
    await center.hello()
    expect(await run('before')).toMatchObject({ outcome: 'SUCCEEDED' })
    const few = processLimit(pid)
    const end = await firstRejected()
    expect(end.failure).toMatchObject({ code: 'AGENT_RESOURCES_SHORT', message: expect.stringContaining('processes') })
    few.lift()
    for (const taskId of ['after1', 'after2', 'after3']) expect(await run(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
    await expectTruth(pid)
  })
})

test.runIf(isRoot)('an agent on a full disk takes nothing new, keeps the results that it owes, and runs tasks again when there is room', async () => {
  const dataDir = smallDisk('size=16m')
  const env = { ELVES_AGENT_DATA_DIR: dataDir, ELVES_AGENT_APPS_DIR: join(folder(), 'apps') }
  const { pid = 0 } = start(env).child
  await center.hello()
  center.run({ taskId: 'running', func: 'running-3000', notAfter: center.now() + 60_000 })
  await waitFor(async () => (await runs()).includes('running'))
  fillBytes(join(dataDir, 'fill'))
  const refused = await firstRejected()
  expect(refused.failure).toMatchObject({ code: 'JOURNAL_FAILED', message: expect.stringContaining('no space left') })
  expect(center.reportsOf(refused.taskId)).toEqual(['AttemptEnded'])
  expect(await center.ended('running')).toMatchObject({ outcome: 'SUCCEEDED' })
  rmSync(join(dataDir, 'fill'))
  expect(await run('after')).toMatchObject({ outcome: 'SUCCEEDED' })
  await expectTruth(pid)
})

/** Lets the process open no more descriptors than it has now, until the limit is lifted. */
function descriptorLimit(pid: number): { take(): void; lift(): void } {
  const [, soft = '', hard = ''] = /Max open files\s+(\S+)\s+(\S+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? []
  const set = (value: number | string) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${value}:${hard}`])
  return { take: () => set(firstFree(descriptors(pid))), lift: () => set(soft) }
}

/** Mounts a small file system, which is unmounted after the test. */
function smallDisk(options: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'elves-small-'))
  undo.push(() => rmdirSync(dir))
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'elves-test', dir])
  undo.push(() => execFileSync('umount', ['-l', dir]))
  return dir
}

function fillBytes(file: string): void {
  const chunk = Buffer.alloc(4096)
  try {
    for (;;) writeFileSync(file, chunk, { flag: 'a' })
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  }
}

/** Allows no more processes and threads than the agent and its children have now, until the limit is lifted. */
function processLimit(pid: number): { lift(): void } {
  const group = join(mountOf('cgroup', 'pids') ?? '', `elves-test-${pid}`)
  mkdirSync(group)
  undo.push(() => rmdirSync(group))
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  for (const one of [pid, ...children]) writeFileSync(join(group, 'cgroup.procs'), String(one))
  const set = (most: string) => writeFileSync(join(group, 'pids.max'), most)
  set(readFileSync(join(group, 'pids.current'), 'utf8').trim())
  return { lift: () => set('max') }
}
