import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilAllEnded, whatBecame } from '../chaos/findings.ts'
import { steadyLoad } from '../chaos/steady-load.ts'
import { lies } from '../e2e/many-tasks.ts'
import { runOneTask } from '../memory/honest-client.ts'
import { LimitedGroup, whyNoGroup } from '../shortage/limited-group.ts'
import { nextDescriptor, processTree } from '../shortage/process-tree.ts'
import { SmallDisk } from '../shortage/small-disk.ts'
import { cleanEnv, startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'

/**
 * A resource runs short under load, for the center with its Postgres or for the agent, and is there again: no false end, nothing
 * lost, no process ended, and everything is as before.
 */

const isRoot = process.getuid?.() === 0
const isPossible = testedShape === 'standalone' && process.platform === 'linux' && isRoot
const tasks = 75
const tasksPerSecond = 25
const beforeMs = 500
const lastsMs = 2_000
const MiB = 1024 * 1024

let folder: string
let platform: TestPlatform
let centersDisk: SmallDisk
let agentsDisk: SmallDisk

describe.skipIf(!isPossible)(`a shortage comes and goes${isPossible ? '' : ' (only on Linux, as root, on the standalone platform)'}:`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'elves-shortage-'))
    execFileSync('chmod', ['755', folder])
    centersDisk = await SmallDisk.at(join(folder, 'center'), { MiB: 512, inodes: 8_000 })
    agentsDisk = await SmallDisk.at(join(centersDisk.path, 'agent'), { MiB: 32, inodes: 1_000 })
    await mkdir(join(folder, 'marks'))
    platform = await startPlatform({ dataDir: centersDisk.path })
    await runOneTask(platform)
  })
  afterAll(async () => {
    await platform?.stop()
    agentsDisk?.unmount()
    centersDisk?.unmount()
    await rm(folder, { recursive: true, force: true })
  })

  test('file descriptors of the center', () => whileShort('center-nofile', () => withoutDescriptors(platform.runnerPid())))
  test('file descriptors of the agent', () => whileShort('agent-nofile', async () => withoutDescriptors(await agentPid())))
  test('disk blocks of the center and its database', () => whileShort('center-blocks', () => filled(centersDisk, 'fillBlocks')))
  test('disk blocks of the agent', () => whileShort('agent-blocks', () => filled(agentsDisk, 'fillBlocks')))
  test('inodes of the center and its database', () => whileShort('center-inodes', () => filled(centersDisk, 'fillInodes')))
  test('inodes of the agent', () => whileShort('agent-inodes', () => filled(agentsDisk, 'fillInodes')))

  const noPids = whyNoGroup('pids')
  test.skipIf(noPids)(`processes of the center and its database${noPids ? ` (${noPids})` : ''}`, () =>
    whileShort('center-pids', async () => withoutProcesses(await centersTree())),
  )
  test.skipIf(noPids)(`processes of the agent${noPids ? ` (${noPids})` : ''}`, () =>
    whileShort('agent-pids', async () => withoutProcesses(await processTree(await agentPid()))),
  )

  const noMemory = whyNoGroup('memory')
  test.skipIf(noMemory)(`memory of the center and its database, which stand still meanwhile${noMemory ? ` (${noMemory})` : ''}`, () =>
    whileShort('center-memory', async () => withoutMemory(await centersTree())),
  )
  test.skipIf(noMemory)(`memory of the agent and its runs, some of which the kernel ends${noMemory ? ` (${noMemory})` : ''}`, () =>
    whileShort('agent-out-of-memory', async () => withoutMemory(await processTree(await agentPid()), 'END_SOME'), 'AGENT_MAY_START_AGAIN'),
  )

  test('afterwards the read models are what a replay of the log makes of them', () => {
    const verify = join(import.meta.dirname, '..', '..', 'standalone', 'verify.ts')
    const { status, stdout, stderr } = spawnSync(process.execPath, [verify], { env: { ...cleanEnv(), ELVES_DATA_DIR: platform.dataDir } })
    expect([status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([0, ''])
  })
})

/** Begins a shortage; resolves with the function that ends it. */
type Shortage = () => Promise<() => Promise<void> | void>

async function whileShort(name: string, begin: Shortage, agents: 'STAY' | 'AGENT_MAY_START_AGAIN' = 'STAY'): Promise<void> {
  const before = await pidsNow()
  const file = join(folder, 'marks', name)
  const loading = steadyLoad({ platform, agents: ['127.0.0.1'], tasks, tasksPerSecond, file, keys: name, say: () => undefined })
  // A failure of the load is reported where it is awaited below.
  loading.catch(() => undefined)
  await pause(beforeMs)
  const end = await begin()
  try {
    await pause(lastsMs)
  } finally {
    await end()
  }
  await runOneTask(platform)
  const ids = await loading
  await untilAllEnded(platform, 60_000)
  const ended = await whatBecame(platform, ids, file)
  // Without memory, a worker may fail by itself or be ended.
  expect(lies(ended, ['INTERRUPTED', ...(name.includes('memory') ? ['WORKER_EXIT'] : [])])).toEqual([])
  expect(ended.filter(({ state }) => state === 'LOST')).toEqual([])
  const after = await pidsNow()
  expect(agents === 'STAY' ? after : { ...after, agents: before?.agents }).toEqual(before)
}

async function pidsNow() {
  return (await platform.readyNow())?.pids
}

async function agentPid(): Promise<number> {
  return (await pidsNow())?.agents[0] ?? 0
}

/** Pids of the center's processes without its child, the agent. */
async function centersTree(): Promise<number[]> {
  const agents = new Set(await processTree(await agentPid()))
  return (await processTree(platform.runnerPid())).filter((pid) => !agents.has(pid))
}

async function withoutDescriptors(pid: number) {
  const before = execFileSync('prlimit', ['--pid', `${pid}`, '--nofile', '--noheadings', '--raw', '--output', 'SOFT'])
    .toString()
    .trim()
  const none = await nextDescriptor(pid)
  execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${none}:`])
  return () => void execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${before}:`])
}

async function filled(disk: SmallDisk, fill: 'fillBlocks' | 'fillInodes') {
  await disk[fill]()
  return () => disk.empty()
}

async function withoutProcesses(pids: readonly number[]) {
  const group = new LimitedGroup('pids')
  group.take(pids)
  group.write('pids.max', group.read('pids.current'))
  return () => group.dissolve()
}

/** A process that needs more memory waits until there is more, or the kernel ends one. */
async function withoutMemory(pids: readonly number[], kernel: 'LET_WAIT' | 'END_SOME' = 'LET_WAIT') {
  const group = new LimitedGroup('memory')
  if (kernel === 'LET_WAIT') group.write('memory.oom_control', 1)
  group.take(pids)
  // Memory that they have already stays counted in their former group.
  group.write('memory.limit_in_bytes', Number(group.read('memory.usage_in_bytes')) + 2 * MiB)
  return async () => {
    group.write('memory.limit_in_bytes', -1)
    await group.dissolve()
  }
}
