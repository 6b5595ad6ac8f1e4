import { failedOutput } from '@elves/schemas/codec/value.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type JournalDisk, journalDisk } from '../journal/journal-disk.ts'
import type { RunEnd } from '../runner/worker-call.ts'
import { runLimitsOfTests as limits, testEngines } from './task-engine.fixture.ts'
import type { TaskEngineOptions } from './task-engine.ts'
import { said, testRunner } from './test-runner.ts'

let center: TestCenter
beforeEach(async () => {
  center = await testCenter()
})
// Hooks of this kind run last to first: the center stops after the engines have ended.
afterEach(() => center.stop())
const start = testEngines(() => center)

test('acknowledges, starts and ends a task, and forgets its end once it has a receipt', async () => {
  const { runner, journal } = await start()
  center.run({ taskId: 'T', func: 'now' })
  expect(await center.ended('T')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(center.reportsOf('T')).toEqual(['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded'])
  expect(runner.started).toHaveLength(1)
  await waitFor(() => journal.isSettled('T', 1))
  expect(journal.open()).toEqual([])
})

test('a run with a free slot costs two syncs of the journal: one before its start, one at its end', async () => {
  let syncs = 0
  const counting: JournalDisk = {
    ...journalDisk,
    sync(fd) {
      syncs += 1
      return journalDisk.sync(fd)
    },
  }
  const { journal } = await start(counting)
  center.run({ taskId: 'T', func: 'now' })
  await center.ended('T')
  await waitFor(() => journal.isSettled('T', 1))
  expect(syncs).toBe(2)
  expect(center.frames.filter((frame) => frame.some(({ name }) => name.startsWith('Attempt')))).toHaveLength(1)
})

test.each([true, false])('an end whose result goes to a processor (%s) is told once it is in the journal; any other at once', async (isHandedOn) => {
  const writing = Promise.withResolvers<void>()
  let isHeld = false
  const held: JournalDisk = {
    ...journalDisk,
    async write(...args) {
      if (isHeld) await writing.promise
      return journalDisk.write(...args)
    },
  }
  const begun: string[] = []
  const processing: TaskEngineOptions['processing'] = {
    forEnd: (task) => (isHandedOn ? { task } : null),
    begin: (taskId) => void begun.push(taskId),
  }
  const { runner, journal, link } = await start(held, testRunner(), limits, {}, processing)
  center.run({ taskId: 'T' })
  await waitFor(() => center.reportsOf('T').length === 2 && !link.hasReportOf('T', 1))
  isHeld = true
  center.receipts = false
  runner.end('T')
  try {
    await waitFor(() => journal.find('T', 1)?.end)
    expect(link.hasReportOf('T', 1)).toBe(!isHandedOn)
  } finally {
    writing.resolve()
  }
  expect(await center.ended('T')).toMatchObject({ outcome: 'SUCCEEDED', processing: isHandedOn })
  await waitFor(() => begun.length === (isHandedOn ? 1 : 0))
})

test('a copy of an instruction is not run again; its reports come again', async () => {
  const { runner } = await start()
  center.run({ taskId: 'T' })
  await waitFor(() => runner.started.length === 1 && center.reportsOf('T').length === 2)
  center.run({ taskId: 'T' })
  await waitFor(() => center.reportsOf('T').length === 4)
  runner.end('T')
  await center.ended('T')
  center.run({ taskId: 'T' })
  center.run({ taskId: 'U', func: 'now' })
  await center.ended('U')
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['T', 'U'])
})

test.each([
  ['EXPIRED', { notAfter: 1 }],
  ['JOURNAL_CHANGED', { journalId: 'another' }],
  ['APP_NOT_INSTALLED', { app: 'missing' }],
  ['WORKER_SPAWN', { param: { inline: null, encrypted: null, reference: { sha256: '', byteCount: 1 } } }],
])('refuses with %s what it surely does not start', async (code, task) => {
  const { runner } = await start()
  center.run({ taskId: 'T', ...(task as object) })
  expect(await center.ended('T')).toMatchObject({ outcome: 'REJECTED', failure: { code }, output: { workerFlag: -1 } })
  expect(runner.started).toEqual([])
})

test('runs no more at once than it may, lets so many wait, and refuses the rest with AGENT_BUSY', async () => {
  const { runner } = await start()
  for (const taskId of ['A', 'B', 'C', 'D', 'E']) center.run({ taskId })
  expect(await center.ended('E')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'AGENT_BUSY' } })
  await waitFor(() => center.reportsOf('D').length === 1)
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A', 'B'])
  runner.end('B')
  await waitFor(() => runner.started.length === 3)
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A', 'B', 'C'])
  expect(center.reportsOf('D')).toEqual(['AttemptAcknowledged'])
})

test('what expires while it waits is refused, and is told who had the slots', async () => {
  await start()
  for (const taskId of ['A', 'B']) center.run({ taskId, app: 'greedy' })
  center.run({ taskId: 'C', notAfter: center.now() + 100 })
  const message = expect.stringContaining(': all 2 slots were taken (greedy 2)')
  expect(await center.ended('C')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED', message } })
})

test('begins no task while the results that the center has not confirmed fill 64 MiB', async () => {
  const large: RunEnd = { ...said, output: { ...failedOutput('r'.repeat(256 * 1024)), workerFlag: 1 } }
  const runner = testRunner()
  runner.start = (call) => {
    runner.started.push(call)
    return { ended: Promise.resolve(large), cancel: () => {}, slept: () => {} }
  }
  await start(journalDisk, runner, { ...limits, waitingLimit: 1_000 })
  center.receipts = false
  const ids = Array.from({ length: 300 }, (_, nth) => `T${nth}`)
  for (const taskId of ids) center.run({ taskId })
  await waitFor(() => ids.every((taskId) => center.reportsOf(taskId).includes('AttemptAcknowledged')), { what: 'an acknowledgement of each' })
  // As many as fill the outbox, and those that had already begun.
  expect(runner.started.length).toBeLessThanOrEqual(256 + limits.concurrency)
  center.receipts = true
  center.receiptAll()
  for (const taskId of ids) expect(await center.ended(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
})

test('cancels a run after its kill, what waits at once, and what was never seen for good', async () => {
  const { runner } = await start()
  for (const taskId of ['A', 'B', 'C']) center.run({ taskId })
  await waitFor(() => runner.started.length === 2)
  center.cancel('C')
  center.cancel('A')
  center.cancel('X')
  expect(await center.ended('C')).toMatchObject({ outcome: 'CANCELLED', output: null, killed: null })
  expect(await center.ended('A')).toMatchObject({ outcome: 'CANCELLED', killed: 'VERIFIED' })
  expect(await center.ended('X')).toMatchObject({ outcome: 'CANCELLED', output: null })
  center.run({ taskId: 'X' })
  center.run({ taskId: 'Y', func: 'now' })
  await center.ended('Y')
  expect(runner.started.map(({ taskId }) => taskId)).not.toContain('X')
})

test('after a restart: runs what was only accepted, interrupts what was starting, reports again what had ended', async () => {
  const first = await start()
  center.receipts = false
  center.run({ taskId: 'ended', func: 'now' })
  await center.ended('ended')
  for (const taskId of ['running', 'other', 'accepted']) center.run({ taskId })
  await waitFor(() => center.reportsOf('accepted').length === 1 && first.runner.started.length === 3)
  await first.drop()
  center.reports.length = 0
  center.receipts = true
  const runner = testRunner()
  runner.leftovers = 'VERIFIED'
  await start(journalDisk, runner)
  const open = center.hellos.at(-1)?.openAttempts.map(({ taskId, phase }) => [taskId, phase])
  expect(open).toHaveLength(4)
  expect(open).toContainEqual(['ended', 'ENDED'])
  expect(open).toContainEqual(['accepted', 'ACCEPTED'])
  expect(await center.ended('ended')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(await center.ended('running')).toMatchObject({ outcome: 'FAILED', failure: { code: 'INTERRUPTED' }, killed: 'VERIFIED' })
  await waitFor(() => center.reportsOf('accepted').length === 2)
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['accepted'])
})

test('after a restart, what was accepted and is expired by now is refused', async () => {
  const first = await start()
  for (const taskId of ['A', 'B']) center.run({ taskId })
  center.run({ taskId: 'C', notAfter: center.now() + 200 })
  await waitFor(() => center.reportsOf('C').length === 1)
  await first.drop()
  await waitFor(() => first.journal.find('C', 1)?.end || center.now() > (first.journal.find('C', 1)?.notAfter ?? 0))
  const { runner } = await start()
  expect(await center.ended('C')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
  expect(runner.started).toEqual([])
})

test('what expires while its start is being journaled is not started any more', async () => {
  let isSlow = false
  const sync: JournalDisk['sync'] = async (fd) => {
    if (isSlow) await waitFor(() => center.now() > notAfter + 50)
    return journalDisk.sync(fd)
  }
  const first = await start({ ...journalDisk, sync })
  const notAfter = center.now() + 300
  isSlow = true
  center.receipts = false
  center.run({ taskId: 'T', func: 'now', notAfter })
  expect(await center.ended('T')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
  expect(first.runner.started).toEqual([])
  await first.drop()
  center.reports.length = 0
  await start()
  await center.ended('T')
  expect(center.reportsOf('T')).not.toContain('AttemptStarted')
})

test('an agent outlives a kill of leftovers that fails, and says that it is not certain', async () => {
  const first = await start()
  center.run({ taskId: 'T' })
  await waitFor(() => first.runner.started.length === 1 && center.reportsOf('T').length === 2)
  await first.drop()
  const runner = testRunner()
  runner.killLeftovers = () => Promise.reject(new Error('no such cgroup'))
  await start(journalDisk, runner)
  expect(await center.ended('T')).toMatchObject({ outcome: 'FAILED', failure: { code: 'INTERRUPTED' }, killed: 'BEST_EFFORT' })
})

test.each([3_600_000, -3_600_000])('an agent whose clock is %d ms wrong judges deadlines by the clock of the center', async (clockAheadMs) => {
  await center.stop()
  center = await testCenter()
  center.aheadMs = clockAheadMs
  await start()
  center.run({ taskId: 'T', func: 'now' })
  const end = await center.ended('T')
  expect(end.outcome).toBe('SUCCEEDED')
  expect(Math.abs(end.happenedAt - center.now())).toBeLessThan(60_000)
  center.run({ taskId: 'U', notAfter: center.now() - 60_000 })
  expect(await center.ended('U')).toMatchObject({ failure: { code: 'EXPIRED' } })
})

test('a full disk refuses tasks with JOURNAL_FAILED; the agent lives on and runs tasks again when there is room', async () => {
  let isFull = true
  const write: JournalDisk['write'] = (...args) => (isFull ? Promise.reject(new Error('no space left on device')) : journalDisk.write(...args))
  const { runner } = await start({ ...journalDisk, write })
  center.run({ taskId: 'T' })
  expect(await center.ended('T')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'JOURNAL_FAILED' } })
  isFull = false
  center.run({ taskId: 'U', func: 'now' })
  expect(await center.ended('U')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['U'])
})

test('a stop lets runs end, kills and interrupts the others, and keeps what waits for the next start', async () => {
  const { runner, engine, drop, link } = await start()
  for (const taskId of ['A', 'B', 'C']) center.run({ taskId })
  await waitFor(() => runner.started.length === 2 && center.reportsOf('C').length === 1)
  const stopped = engine.stop(50)
  runner.end('A')
  center.run({ taskId: 'D' })
  await stopped
  await link.drained(5_000)
  await drop()
  expect(await center.ended('A')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(await center.ended('B')).toMatchObject({ outcome: 'FAILED', failure: { code: 'INTERRUPTED' }, killed: 'VERIFIED' })
  expect(await center.ended('D')).toMatchObject({ outcome: 'REJECTED', failure: { code: 'AGENT_STOPPING' } })
  expect(center.goodbyes).toHaveLength(1)
  const next = await start()
  await waitFor(() => next.runner.started.length === 1)
  expect(next.runner.started.map(({ taskId }) => taskId)).toEqual(['C'])
})

/** The clocks of a host whose monotonic clock stops during a sleep. */
function sleepingHost() {
  let sleptMs = 0
  return {
    clocks: { wallMs: () => Date.now() + sleptMs, uptimeMs: () => performance.now() + sleptMs },
    sleep(ms: number) {
      sleptMs += ms
    },
  }
}

const hourMs = 3_600_000

test('after a sleep of its host nothing starts that expired meanwhile, neither what waited nor what lay in the socket', async () => {
  const host = sleepingHost()
  const { runner } = await start(journalDisk, testRunner(), limits, host.clocks)
  for (const taskId of ['A', 'B', 'C']) center.run({ taskId })
  await waitFor(() => center.reportsOf('C').length === 1 && runner.started.length === 2)
  const notAfter = center.now() + 30_000
  host.sleep(hourMs)
  center.aheadMs = hourMs
  center.pongs = false
  center.run({ taskId: 'D', notAfter })
  runner.end('A')
  await center.ended('A')
  await waitFor(() => center.pings > 0, { what: 'the question for the time' })
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A', 'B'])
  center.pongs = true
  center.cut()
  for (const taskId of ['C', 'D']) expect(await center.ended(taskId)).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
  center.run({ taskId: 'E', func: 'now' })
  expect(await center.ended('E')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A', 'B', 'E'])
})

test('a run of an own cron that waited while its host slept does not start hours late, with no center to tell the time', async () => {
  const host = sleepingHost()
  const { runner, engine, journal } = await start(journalDisk, testRunner(), { ...limits, concurrency: 1 }, host.clocks)
  await center.stop()
  const fireAt = Date.now()
  const what = { journalId: journal.journalId, kind: 'AGENT_CRON', app: 'apptest', func: 'f', param: null, proxy: null, processor: false } as const
  const terms = { attempt: 1, timeoutMs: 0, notAfter: fireAt + 60_000, correlationId: 'c', metadata: {}, retriedOn: [], ...noSecrets }
  for (const taskId of ['A', 'B']) engine.fire({ ...what, ...terms, taskId }, { id: 'every', fireAt, since: fireAt })
  await waitFor(() => runner.started.length === 1 && journal.find('B', 1) !== undefined)
  host.sleep(hourMs)
  runner.end('A')
  await waitFor(() => journal.find('B', 1)?.end !== null)
  expect(journal.find('B', 1)?.end).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A'])
})

test('a run of an own cron that waits for a slot expires also while no center is there, and so does the next', async () => {
  const host = sleepingHost()
  const { runner, engine, journal, clock } = await start(journalDisk, testRunner(), { ...limits, concurrency: 1, waitingLimit: 3 }, host.clocks)
  await center.stop()
  // The center's time is in doubt from now on, and nobody tells it.
  host.sleep(hourMs)
  clock.look()
  const what = { journalId: journal.journalId, kind: 'AGENT_CRON', app: 'apptest', func: 'f', param: null, proxy: null, processor: false } as const
  const fire = (taskId: string, fireAt: number) => {
    const terms = { attempt: 1, timeoutMs: 0, notAfter: fireAt + 60_000, correlationId: 'c', metadata: {}, retriedOn: [], ...noSecrets }
    engine.fire({ ...what, ...terms, taskId }, { id: 'every', fireAt, since: fireAt })
  }
  fire('A', host.clocks.wallMs())
  await waitFor(() => runner.started.length === 1)
  // The first has 1 s left, the second a minute: the host sleeps it away.
  fire('B', host.clocks.wallMs() - 59_000)
  fire('C', host.clocks.wallMs())
  await waitFor(() => journal.find('B', 1)?.end, { what: 'the end of the first' })
  expect(journal.find('C', 1)?.end).toBeNull()
  host.sleep(hourMs)
  clock.look()
  await waitFor(() => journal.find('C', 1)?.end, { what: 'the end of the second' })
  for (const taskId of ['B', 'C']) {
    expect(journal.find(taskId, 1)?.end).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
  }
  expect(runner.started.map(({ taskId }) => taskId)).toEqual(['A'])
})

test('a run is told how long the host has slept, so that its timeout is not late by that', async () => {
  const host = sleepingHost()
  const { runner, clock } = await start(journalDisk, testRunner(), limits, host.clocks)
  center.run({ taskId: 'A' })
  await waitFor(() => runner.started.length === 1)
  host.sleep(hourMs)
  clock.look()
  expect(runner.slept).toBeGreaterThan(hourMs - 1_000)
  expect(runner.slept).toBeLessThan(hourMs + 60_000)
})

test('a clock of the center that was set back or forth expires nothing that it sends from then on', async () => {
  const { runner } = await start()
  const ids = [-hourMs, 0, hourMs, -hourMs].map((aheadMs, nth) => {
    const taskId = `T${nth}`
    center.aheadMs = aheadMs
    center.run({ taskId, func: 'now' })
    return taskId
  })
  for (const taskId of ids.slice(-1)) expect(await center.ended(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(runner.started.at(-1)?.taskId).toBe(ids.at(-1))
})

test('a stop does not wait for a center that has yet to tell its time', async () => {
  const host = sleepingHost()
  const { engine, runner, clock } = await start(journalDisk, testRunner(), limits, host.clocks)
  center.pongs = false
  host.sleep(hourMs)
  center.aheadMs = hourMs
  clock.look()
  center.run({ taskId: 'A' })
  await waitFor(() => center.reportsOf('A').length === 1)
  await engine.stop(10_000)
  expect(runner.started).toEqual([])
})
