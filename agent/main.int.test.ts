import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
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
