import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { kafkaCenter } from '@elves/tests/support/kafka-center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAgentProcess } from './data-folder/claim.ts'

const worker = `import sys, time
_, app, func, param = sys.argv
name, _, ms = func.partition('-')
with open('RUNS', 'a') as runs: runs.write(name + '\\n')
time.sleep(int(ms or 0) / 1000)
print('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>' + name + '</ElvesWResult>')
`

let folder: string
let center: TestCenter
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-agent-'))
  center = await testCenter()
  await mkdir(join(folder, 'apps', 'app'), { recursive: true })
  await writeFile(join(folder, 'apps', 'app', 'app-worker.py'), worker.replace('RUNS', join(folder, 'started.txt')))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await center.stop()
  await rm(folder, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}): { child: ChildProcess; said: () => string } {
  const own = { ELVES_GATEWAY_URL: center.url, ELVES_AGENT_DATA_DIR: folder, ELVES_LOG_LEVEL: 'warn', ELVES_AGENT_STOP_GRACE_MS: '100', ...env }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk) => {
    text += chunk
  })
  children.push(child)
  return { child, said: () => text }
}

const runs = async () => (await readFile(join(folder, 'started.txt'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

test('runs a task with a real worker, tells its apps, and stops with exit code 0', async () => {
  const { child } = start()
  const hello = await center.hello()
  expect(hello.facts.apps).toMatchObject([{ name: 'app' }])
  center.run({ taskId: 'T1', func: 'one' })
  expect(await center.ended('T1')).toMatchObject({ outcome: 'SUCCEEDED', output: { workerFlag: 1, message: { inline: 'one' } } })
  const told = await findAgentProcess(folder)
  expect(told).toMatchObject({ pid: child.pid, agentId: hello.agentId, bootId: hello.bootId })
  await mkdir(join(folder, 'apps', 'dropped-in'))
  await writeFile(join(folder, 'apps', 'dropped-in', 'app-worker.py'), worker)
  await waitFor(() => center.reports.some(({ name, value }) => name === 'AgentFactsReport' && 'facts' in value && value.facts.apps.length === 2))
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(center.goodbyes).toHaveLength(1)
  expect(await findAgentProcess(folder)).toBeNull()
})

describeKafka('an agent on Kafka', () => {
  test('over kill -9 it takes up what was sent meanwhile, and stops with a goodbye and exit code 0', async () => {
    const connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    const kafka = await kafkaCenter({ connection })
    const { brokers, topicPrefix, agentPartitions } = connection.settings
    const env = {
      ELVES_AGENT_LINK: 'kafka',
      ELVES_KAFKA_BROKERS: brokers.join(','),
      ELVES_KAFKA_TOPIC_PREFIX: topicPrefix,
      ELVES_KAFKA_AGENT_PARTITIONS: String(agentPartitions),
    }
    const ends = (taskId: string) => kafka.reports().filter(({ name, value }) => name === 'AttemptEnded' && value.taskId === taskId)
    const first = start(env)
    const { agentId, hello } = await kafka.hello()
    const { journalId } = hello
    await kafka.run(agentId, { taskId: 'T1', func: 'one', journalId })
    await waitFor(() => ends('T1').length > 0, { timeoutMs: 30_000 })
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    await kafka.run(agentId, { taskId: 'T2', func: 'two', journalId, notAfter: Date.now() + 60_000 })
    await kafka.run(agentId, { taskId: 'T3', func: 'three', journalId, notAfter: Date.now() - 1_000 })
    const { child } = start(env)
    await waitFor(() => ends('T2').length > 0 && ends('T3').length > 0, { timeoutMs: 30_000 })
    expect(ends('T2')[0]?.value).toMatchObject({ outcome: 'SUCCEEDED', output: { message: { inline: 'two' } } })
    expect(ends('T3')[0]?.value).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
    expect(await runs()).toEqual(['one', 'two'])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    await waitFor(() => kafka.words.some(({ message }) => message.name === 'AgentGoodbye'))
    await kafka.stop()
  }, 180_000)
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
    // What a center does with what the agent did not acknowledge, and with what it did: both must be harmless.
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
  ['CONFIG_INVALID', { ELVES_AGENT_LABELS: 'nonsense' }, /key=value/],
  ['CONFIG_UNKNOWN', { ELVES_AGENT_CONCURENCY: '1' }, /ELVES_AGENT_CONCURRENCY/],
])('refuses to start with %s', async (code, env, said) => {
  const agent = start(env as unknown as Record<string, string>)
  expect(await once(agent.child, 'exit')).toEqual([1, null])
  expect(agent.said()).toContain(`[${code}]`)
  expect(agent.said()).toMatch(said)
})

test('never two agents on one data folder', async () => {
  start()
  await center.hello()
  const second = start()
  expect(await once(second.child, 'exit')).toEqual([1, null])
  expect(second.said()).toContain('[DATA_FOLDER_IN_USE]')
})

test('a damaged identity or journal is refused with what to do', async () => {
  await writeFile(join(folder, 'identity.json'), '{"agentId":')
  const first = start()
  await once(first.child, 'exit')
  expect(first.said()).toContain('[DATA_FOLDER_DAMAGED]')
  await rm(join(folder, 'identity.json'))
  await writeFile(join(folder, 'journal'), 'what is this')
  const second = start()
  await once(second.child, 'exit')
  expect(second.said()).toMatch(/\[DATA_FOLDER_DAMAGED\].*move it away/)
})
