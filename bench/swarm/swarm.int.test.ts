import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { isAlive, processesOf } from '@elves/tests/support/processes.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Swarm, type SwarmOptions, swarm } from './swarm.ts'

let center: TestCenter
let running: Swarm | null = null
beforeEach(async () => {
  center = await testCenter()
})
afterEach(async () => {
  await running?.stop()
  running = null
  await center.stop()
})

async function start(options: Partial<SwarmOptions> = {}): Promise<Swarm> {
  running = swarm({ url: center.url, agents: 1, ...options })
  await running.ready
  return running
}

test('connects every agent, with ids and addresses that are the same in every run', async () => {
  const first = await start({ agents: 300, seed: 7 })
  expect(first.totals()).toMatchObject({ agents: 300, connected: 300, reconnects: 0 })
  expect(first.ips.slice(0, 2)).toEqual(['10.7.0.1', '10.7.0.2'])
  expect(new Set(center.hellos.map(({ agentId }) => agentId))).toEqual(new Set(first.agentIds))
  await first.stop()
  expect(center.goodbyes).toHaveLength(300)
  const second = await start({ agents: 300, seed: 7 })
  expect(second.agentIds).toEqual(first.agentIds)
  expect(swarm({ url: center.url, agents: 0, seed: 8 }).agentIds).toEqual([])
})

test('answers any task at once, in one frame, and a copy not again', async () => {
  const agents = await start()
  center.run({ taskId: 'T' })
  expect(await center.ended('T')).toMatchObject({ outcome: 'SUCCEEDED', output: { workerFlag: 1 } })
  expect(center.frames.at(-1)?.map(({ name }) => name)).toEqual(['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded'])
  center.run({ taskId: 'T' })
  await waitFor(() => agents.totals().duplicates === 1)
  await waitFor(() => agents.totals().receipts === 3)
  expect(agents.totals()).toMatchObject({ tasks: 1, succeeded: 1, failed: 0 })
})

test('fails the share that it is told to, and may be cancelled while it takes its time', async () => {
  const agents = await start({ failRate: 1, delayMs: 60_000 })
  center.run({ taskId: 'T' })
  await waitFor(() => center.reportsOf('T').length === 2)
  center.cancel('T')
  expect(await center.ended('T')).toMatchObject({ outcome: 'CANCELLED' })
  await agents.stop()
  await start({ failRate: 1 })
  center.run({ taskId: 'U' })
  expect(await center.ended('U')).toMatchObject({ outcome: 'FAILED', failure: { code: 'WORKER_SAID_NO' }, output: { workerFlag: 0 } })
})

test('comes back after a cut, and counts it', async () => {
  const agents = await start({ agents: 5 })
  center.cut()
  await waitFor(() => agents.totals().reconnects === 5 && agents.totals().connected === 5)
})

test('the command spreads agents over processes and ends with one JSON line of totals', async () => {
  const args = ['--agents', '20', '--processes', '2', '--url', center.url]
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  await waitFor(() => center.hellos.length === 20)
  center.run({ taskId: 'T' })
  await center.ended('T')
  child.kill('SIGINT')
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(code).toBe(0)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(output)).toMatchObject({ agents: 20, connected: 20, tasks: 1, succeeded: 1, failed: 0, reconnects: 0 })
})

test('the command says what is wrong with its arguments', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--url', 'http://x'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect(code).toBe(1)
  expect(said).toContain('gateway')
})

test('a swarm that is killed leaves no process behind', async () => {
  const args = ['--url', center.url, '--agents', '4', '--processes', '2']
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { stdio: 'ignore' })
  await waitFor(() => center.hellos.length === 4)
  const parts = (await processesOf('part.ts')).filter(({ pid }) => parentOf(pid) === child.pid)
  expect(parts).toHaveLength(2)
  child.kill('SIGKILL')
  await waitFor(() => parts.every(({ pid }) => !isAlive(pid)))
})

/** Reads `/proc/<pid>/stat`, where state and parent follow the name in brackets. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
