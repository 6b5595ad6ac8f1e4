import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { keysThereTwice } from '@elves/tests/support/log-lines.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentProcesses, notingWorker } from './agent-process.fixture.ts'
import { findAgentProcess } from './data-folder/claim.ts'

let center: TestCenter
beforeEach(async () => {
  center = await testCenter()
})
// Hooks of this kind run last to first: the center stops after the agents have ended.
afterEach(() => center.stop())
const { folder, start, runs } = agentProcesses(() => ({ ELVES_GATEWAY_URL: center.url }))

test('runs a task with a real worker, tells its apps, and stops with exit code 0', async () => {
  const { child } = start()
  const hello = await center.hello()
  expect(hello.facts.apps).toMatchObject([{ name: 'app' }])
  center.run({ taskId: 'T1', func: 'one' })
  expect(await center.ended('T1')).toMatchObject({ outcome: 'SUCCEEDED', output: { workerFlag: 1, message: { inline: 'one' } } })
  const told = await findAgentProcess(folder())
  expect(told).toMatchObject({ pid: child.pid, agentId: hello.agentId, bootId: hello.bootId })
  await mkdir(join(folder(), 'apps', 'dropped-in'))
  await writeFile(join(folder(), 'apps', 'dropped-in', 'app-worker.py'), notingWorker)
  await waitFor(() => center.reports.some(({ name, value }) => name === 'AgentFactsReport' && 'facts' in value && value.facts.apps.length === 2))
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(center.goodbyes).toHaveLength(1)
  expect(await findAgentProcess(folder())).toBeNull()
})

test('over kill -9 at any moment each task starts at most once, and each gets a truthful end', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `T${index}`)
  let { child } = start({ ELVES_AGENT_CONCURRENCY: '4' })
  await center.hello()
  for (const taskId of ids) center.run({ taskId, func: `${taskId}-20`, notAfter: center.now() + 60_000 })
  for (let round = 1; round <= 3; round++) {
    const before = (await runs()).length
    await waitFor(async () => (await runs()).length > before + 4)
    child.kill('SIGKILL')
    await once(child, 'exit')
    child = start({ ELVES_AGENT_CONCURRENCY: '4' }).child
    await center.hello(round + 1)
    // A center sends unacknowledged instructions again. Sending acknowledged ones again must also be harmless.
    for (const taskId of ids) center.run({ taskId, func: `${taskId}-20`, notAfter: center.now() + 60_000 })
  }
  for (const taskId of ids) await center.ended(taskId)
  const started = await runs()
  expect(new Set(started).size).toBe(started.length)
  for (const taskId of ids) {
    const end = await center.ended(taskId)
    if (end.outcome === 'SUCCEEDED') expect(started).toContain(taskId)
    else expect([end.outcome, end.failure?.code]).toEqual(['FAILED', 'INTERRUPTED'])
  }
  expect(new Set(center.hellos.map(({ agentId, journalId }) => `${agentId} ${journalId}`)).size).toBe(1)
  expect(new Set(center.hellos.map(({ bootId }) => bootId)).size).toBe(4)
})

test.each([
  ['CONFIG_INVALID', { ELVES_GATEWAY_URL: 'http://here' }, /gateway/],
  ['CONFIG_INVALID', { ELVES_AGENT_LINK: 'kafka' }, /ELVES_KAFKA_BROKERS/],
  ['CONFIG_INVALID', { ELVES_AGENT_IP: '1.2.3' }, /IPv4/],
  ['CONFIG_INVALID', { ELVES_GATEWAY_URL: 'ws://127.0.0.1:1/gateway', ELVES_JOIN_TOKEN_FILE: '/not/there' }, /JOIN_TOKEN_FILE/],
  ['CONFIG_INVALID', { ELVES_AGENT_ENCODING: 'klingon' }, /klingon/],
  ['CONFIG_INVALID', { ELVES_AGENT_LABELS: 'nonsense' }, /key=value/],
  ['CONFIG_UNKNOWN', { ELVES_AGENT_CONCURENCY: '1' }, /ELVES_AGENT_CONCURRENCY/],
])('refuses to start with %s', async (code, env, said) => {
  const agent = start(env as unknown as Record<string, string>)
  expect(await once(agent.child, 'exit')).toEqual([1, null])
  expect(agent.said()).toContain(`[${code}]`)
  expect(agent.said()).toMatch(said)
})

test('no secret of its settings is where a worker could read it', async () => {
  const { child } = start({ ELVES_JOIN_TOKEN: 'a-join-token', ELVES_KAFKA_PASSWORD: 'a-password' })
  const hello = await center.hello()
  expect(hello.joinToken).toBe('let-me-in')
  const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8')
  expect(environment).toContain('PATH=')
  expect(environment).not.toMatch(/ELVES_|let-me-in|a-join-token|a-password/)
  expect(await readlink(`/proc/${child.pid}/fd/0`)).toBe('/dev/null')
  expect((await readdir(join(folder(), 'cache'))).filter((name) => name === `hand-over-${child.pid}`)).toEqual([])
})

test('all code of an agent that serves is in its compile cache after the first start, so that it compiles nothing itself', async () => {
  const cache = join(folder(), 'cache')
  // The tests' own cache has been filled by many starts.
  await rm(cache)
  const { child } = start()
  await center.hello()
  const filled = (await readdir(cache, { recursive: true })).sort()
  expect(filled.length).toBeGreaterThan(100)
  child.kill('SIGTERM')
  await once(child, 'exit')
  // What it compiled itself it would write when it exits.
  expect((await readdir(cache, { recursive: true })).sort()).toEqual(filled)
})

test('takes its join token from a file, too', async () => {
  const file = join(folder(), 'token')
  await writeFile(file, 'from-a-file\n')
  start({ ELVES_GATEWAY_URL: center.url.replace(/\?.*/, ''), ELVES_JOIN_TOKEN_FILE: file })
  expect((await center.hello()).joinToken).toBe('from-a-file')
})

test('never two agents on one data folder', async () => {
  start()
  await center.hello()
  const second = start()
  expect(await once(second.child, 'exit')).toEqual([1, null])
  expect(second.said()).toContain('[DATA_FOLDER_IN_USE]')
})

test('a damaged identity or journal is refused with what to do', async () => {
  await writeFile(join(folder(), 'identity.json'), '{"agentId":')
  const first = start()
  await once(first.child, 'exit')
  expect(first.said()).toContain('[DATA_FOLDER_DAMAGED]')
  await rm(join(folder(), 'identity.json'))
  await writeFile(join(folder(), 'journal'), 'what is this')
  const second = start()
  await once(second.child, 'exit')
  expect(second.said()).toMatch(/\[DATA_FOLDER_DAMAGED\].*move it away/)
})

test('goes on where nobody reads its log: it answers, and ends runs at their timeouts', async () => {
  const path = join(folder(), 'log')
  execFileSync('mkfifo', [path])
  const full = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    // Fills the pipe up to the last byte; otherwise it would still take a line.
    const fill = (bytes: Buffer) => {
      for (;;) writeSync(full, bytes)
    }
    expect(() => fill(Buffer.alloc(65_536))).toThrow('EAGAIN')
    expect(() => fill(Buffer.alloc(1))).toThrow('EAGAIN')
    const { child } = start({ ELVES_LOG_LEVEL: 'debug' }, { standardError: full })
    await center.hello()
    center.run({ taskId: 'T1', func: 'one' })
    center.run({ taskId: 'T2', func: 'two-60000', timeoutMs: 300 })
    expect(await center.ended('T1')).toMatchObject({ outcome: 'SUCCEEDED' })
    expect(await center.ended('T2')).toMatchObject({ outcome: 'TIMED_OUT' })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  } finally {
    closeSync(full)
  }
})

test('tells of a task in one line of its log, at its end', async () => {
  const { child, said } = start({ ELVES_LOG_LEVEL: 'info' })
  const { agentId } = await center.hello()
  center.run({ taskId: 'T1', func: 'one', param: inlineValue('"hunter2"') })
  await center.ended('T1')
  child.kill('SIGTERM')
  await once(child, 'close')
  const lines = said().split('\n').filter(Boolean)
  expect(lines.filter((line) => line.includes('"T1"')).map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', service: 'agent', agentId, taskId: 'T1', app: 'app', func: 'one', state: 'SUCCEEDED', attempt: 1, msg: 'a task has ended' },
  ])
  expect(said()).not.toContain('hunter2')
  expect(lines.flatMap(keysThereTwice)).toEqual([])
})
