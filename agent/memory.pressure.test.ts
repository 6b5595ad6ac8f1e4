import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { peakMiB } from '@elves/tests/memory/process-memory.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentProcesses } from './agent-process.fixture.ts'

/** Whatever fills an agent's memory, its process stays below this with a heap of 512 MB and goes on running tasks. */
const agentMiB = 512

let center: TestCenter
beforeEach(async () => {
  center = await testCenter()
})
// Hooks of this kind run last to first: the center stops after the agents have ended.
afterEach(() => center.stop())
const { folder, start } = agentProcesses(() => ({ ELVES_GATEWAY_URL: center.url, NODE_OPTIONS: '--max-old-space-size=512' }))

test.skipIf(process.platform !== 'linux')('waiting tasks with large parameters are refused beyond 64 MiB, and other apps run', async () => {
  const { child } = start({ ELVES_AGENT_CONCURRENCY: '2', ELVES_AGENT_APP_CONCURRENCY: '1' })
  await cp(join(folder(), 'apps', 'app'), join(folder(), 'apps', 'other'), { recursive: true })
  await center.hello()
  const ids = Array.from({ length: 2_500 }, (_, nth) => `T${nth}`)
  for (const taskId of ids) center.run({ taskId, func: `${taskId}-60000`, param: inlineValue(`${taskId}`.padEnd(64 * 1024, 'p')) })
  const busy = () => center.reports.filter(({ name, value }) => name === 'AttemptEnded' && 'failure' in value && value.failure?.code === 'AGENT_BUSY')
  await waitFor(() => busy().length > 1_000, { timeoutMs: 30_000, what: 'refusals' })
  center.run({ taskId: 'OTHER', app: 'other', func: 'other' })
  expect(await center.ended('OTHER')).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(await peakMiB(child.pid ?? 0)).toBeLessThan(agentMiB)
})

test.skipIf(process.platform !== 'linux')('large results that the center does not confirm hold up further tasks, and nothing is lost', async () => {
  const { child } = start()
  const worker = `printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>'; head -c 250000 /dev/zero | tr '\\0' r; printf '</ElvesWResult>'\n`
  await writeFile(join(folder(), 'apps', 'app', 'large.sh'), worker)
  await center.hello()
  center.receipts = false
  const ids = Array.from({ length: 320 }, (_, nth) => `T${nth}`)
  for (const taskId of ids) center.run({ taskId, proxy: 'sh|large.sh', notAfter: center.now() + 120_000 })
  const begun = () => ids.filter((taskId) => center.reportsOf(taskId).includes('AttemptStarted'))
  const endOf = (taskId: string) => center.reportsOf(taskId).includes('AttemptEnded')
  await waitFor(() => begun().length > 260 && begun().every(endOf), { timeoutMs: 60_000, everyMs: 200, what: 'an end of what has begun' })
  expect(begun().length).toBeLessThan(300)
  center.receipts = true
  center.receiptAll()
  for (const taskId of ids) expect(await center.ended(taskId)).toMatchObject({ outcome: 'SUCCEEDED' })
  expect(await peakMiB(child.pid ?? 0)).toBeLessThan(agentMiB)
})

test.skipIf(process.platform !== 'linux').each([
  ['is taken', 1024, true],
  ['is not taken', 64, false],
])(
  'a flood that a worker prints costs bounded memory and holds up neither its end nor other runs: output %s, %d MiB',
  async (_what, mib, isTaken) => {
    const { child } = start()
    const worker = `head -c ${mib * 1024 * 1024} /dev/zero | tr '\\0' o\nprintf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>done</ElvesWResult>'\n`
    await writeFile(join(folder(), 'apps', 'app', 'flood.sh'), worker)
    await center.hello()
    center.outputReceipts = isTaken
    center.run({ taskId: 'FLOOD', proxy: 'sh|flood.sh', timeoutMs: 0, notAfter: center.now() + 120_000 })
    await waitFor(() => center.outputs.length > 0, { what: 'the first output', timeoutMs: 30_000 })
    center.run({ taskId: 'OTHER', func: 'other' })
    expect(await center.ended('OTHER')).toMatchObject({ outcome: 'SUCCEEDED' })
    expect(await waitFor(() => center.ended('FLOOD'), { timeoutMs: 120_000 })).toMatchObject({
      outcome: 'SUCCEEDED',
      output: { message: { inline: 'done' } },
    })
    const bytes = center.outputs.reduce((sum, { pieces }) => sum + pieces.reduce((all, piece) => all + piece.bytes.length, 0), 0)
    expect(bytes).toBeLessThan(isTaken ? 2 * 1024 * 1024 : 16 * 1024 * 1024)
    if (isTaken) {
      const last = await waitFor(() => center.outputs.find(({ taskId, ended }) => taskId === 'FLOOD' && ended), { what: 'the end of the output' })
      expect(last).toMatchObject({ cut: 'LIMIT', printedBytes: mib * 1024 * 1024 + 62 })
    }
    expect(await peakMiB(child.pid ?? 0)).toBeLessThan(agentMiB / 2)
  },
)
