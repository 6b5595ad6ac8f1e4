import { once } from 'node:events'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentCronDropsReport, AgentCronRun, AgentCronsReport, AttemptEnded } from '@elves/schemas/generated/types.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentProcesses } from '../agent-process.fixture.ts'

let center: TestCenter
beforeEach(async () => {
  center = await testCenter()
})
// Hooks of this kind run last to first: the center stops after the agents have ended.
afterEach(() => center.stop())
const { folder, start, runs } = agentProcesses(() => ({ ELVES_GATEWAY_URL: center.url }))

const every = { Flag: 'true', App: 'app', Func: 'tick', Rule: '* * * * * *' }
const path = () => join(folder(), 'cron.json')
const write = (crons: object | string) => writeFile(path(), typeof crons === 'string' ? crons : JSON.stringify(crons))

/** Every value of a report of this kind that came, in the order of arrival, repeated ones once. */
function told<Value>(name: string): Value[] {
  const all = [...center.reports.filter((report) => report.name === name).map(({ value }) => value)]
  return [...new Map(all.map((value) => ['taskId' in value ? value.taskId : JSON.stringify(value), value])).values()] as Value[]
}
const begun = () => told<AgentCronRun>('AgentCronRun')
const ends = () => told<AttemptEnded>('AttemptEnded')
const crons = () => center.reports.findLast(({ name }) => name === 'AgentCronsReport')?.value as AgentCronsReport | undefined

/** Waits until that many runs have ended at the center; returns them, in order and each instant once, as the workers noted them. */
async function settled(count: number): Promise<AgentCronRun[]> {
  await waitFor(() => ends().length >= count && ends().length === begun().length, { timeoutMs: 30_000 })
  const instants = begun().map(({ fireAt }) => fireAt)
  expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b))
  return begun()
}

test('runs its crons, and tells what is in the file', async () => {
  await write({ one: { ...every, Comment: 'each second' }, off: { ...every, flag: undefined, Flag: false }, bad: { ...every, Rule: 'x' } })
  start()
  await center.hello()
  const [run] = await settled(2)
  expect(run).toMatchObject({ cronId: 'one', app: 'app', func: 'tick', param: null, processor: false, timeoutMs: 0 })
  expect(center.reportsOf(run?.taskId ?? '')).toEqual(['AgentCronRun', 'AttemptStarted', 'AttemptEnded'])
  expect(crons()).toMatchObject({
    fileError: null,
    crons: [{ id: 'one', comment: 'each second', isEnabled: true, error: null }, { isEnabled: false }, {}],
  })
  expect(crons()?.crons[2]?.error).toContain('6: second')
})

test('follows the file: it appears, breaks, is replaced and goes', async () => {
  start()
  await center.hello()
  await write({ one: every })
  await settled(1)
  await write('{"one":')
  await waitFor(() => crons()?.fileError?.includes('not JSON'))
  expect(crons()?.crons).toMatchObject([{ id: 'one' }])
  await settled(begun().length + 1)
  await writeFile(`${path()}.new`, JSON.stringify({ two: every }))
  await rename(`${path()}.new`, path())
  await waitFor(() => begun().some(({ cronId }) => cronId === 'two'))
  expect(crons()).toMatchObject({ fileError: null, crons: [{ id: 'two' }] })
  await rm(path())
  await waitFor(() => crons()?.crons.length === 0)
})

test('over an absence of the center and kills of the agent, each instant runs at most once and arrives once, in order', async () => {
  await write({ one: every })
  let { child } = start()
  await center.hello()
  await settled(1)
  const { port } = center
  await center.stop()
  const before = (await runs()).length
  await waitFor(async () => (await runs()).length >= before + 2)
  child.kill('SIGKILL')
  await once(child, 'exit')
  child = start({ ELVES_GATEWAY_URL: center.url }).child
  await waitFor(async () => (await runs()).length >= before + 4)
  const earlier = begun()
  center = await testCenter({ port })
  await center.hello()
  await settled(4)
  child.kill('SIGTERM')
  await once(child, 'exit')
  const all = new Map([...earlier, ...begun()].map((run) => [run.taskId, run.fireAt]))
  const instants = [...all.values()]
  expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b))
  expect((await runs()).length).toBeLessThanOrEqual(all.size)
})

test('a run that the stop of the agent interrupts is FAILED INTERRUPTED', async () => {
  await write({ long: { ...every, Func: 'long-60000' } })
  const { child } = start({ ELVES_SHUTDOWN_MS: '200' })
  await waitFor(async () => (await runs()).length > 0)
  await write({})
  child.kill('SIGTERM')
  await once(child, 'exit')
  const [first] = ends()
  expect(first).toMatchObject({ outcome: 'FAILED', failure: { code: 'INTERRUPTED' }, killed: 'VERIFIED' })
})

test('runs beyond the bound are dropped oldest first, and their number and time are told', async () => {
  const { port, url } = center
  await center.stop()
  // One run prints more than the whole bound.
  const worker = "print('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>' + 'x' * 50000 + '</ElvesWResult>')"
  await writeFile(join(folder(), 'apps', 'app', 'app-worker.py'), worker)
  await write({ one: every })
  const { said } = start({ ELVES_GATEWAY_URL: url, ELVES_AGENT_CRON_KEPT_BYTES: '65536' })
  await waitFor(() => said().includes('dropping the oldest'), { timeoutMs: 30_000 })
  center = await testCenter({ port })
  await center.hello()
  await settled(1)
  const [drops] = told<AgentCronDropsReport>('AgentCronDropsReport')
  const { batch = 0, count = 0, firstFireAt = 0, lastFireAt = 0 } = drops ?? {}
  expect(batch).toBe(1)
  expect(count).toBeGreaterThanOrEqual(1)
  expect(firstFireAt).toBeLessThanOrEqual(lastFireAt)
  expect(lastFireAt).toBeLessThan(begun()[0]?.fireAt ?? 0)
})
