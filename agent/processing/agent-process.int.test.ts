import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { type ProcessorServer, processorServer } from '@elves/tests/support/processor-server.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentProcesses } from '../agent-process.fixture.ts'

/** A whole agent with a real worker and a real processor; the center is the test's. */

let center: TestCenter
let server: ProcessorServer
beforeEach(async () => {
  center = await testCenter()
  server = await processorServer()
})
afterEach(async () => {
  await center.stop()
  await server.stop()
})
const { folder, start } = agentProcesses(() => ({ ELVES_GATEWAY_URL: center.url, ELVES_AGENT_IP: '10.9.8.7' }))

const slowly = { timeoutMs: 30_000 }

async function processorAt(port: number): Promise<void> {
  await writeFile(join(folder(), 'apps', 'app', 'appcfg.json'), JSON.stringify({ Processor: { Addr: '127.0.0.1', Port: port, Timeout: 0 } }))
}

const told = (taskId: string) => center.reports.flatMap(({ name, value }) => (name === 'AttemptProcessing' && value.taskId === taskId ? [value] : []))
const outcome = (taskId: string) => waitFor(() => told(taskId).find(({ state }) => state !== 'PENDING'), slowly)

test('says at the end that the result is handed on, hands it on, and says what became of it', async () => {
  await processorAt(server.port)
  start()
  await center.hello()
  center.run({ taskId: 'T', func: 'one', processor: true, kind: 'SCHEDULE' })
  expect(await center.ended('T')).toMatchObject({ outcome: 'SUCCEEDED', processing: true })
  expect(await outcome('T')).toMatchObject({ state: 'DELIVERED', calls: 1, answer: 'taken' })
  expect(server.results).toMatchObject([{ ins: { id: 'T', ip: '10.9.8.7', type: 'cron', func: 'one' }, flag: 1, result: 'one' }])
  center.run({ taskId: 'N', func: 'two' })
  expect(await center.ended('N')).toMatchObject({ processing: false })
  expect(server.results).toHaveLength(1)
})

test('kill -9 between the end and the delivery: the next process delivers it', async () => {
  await processorAt(server.port)
  await server.stop()
  const { child } = start()
  await center.hello()
  center.run({ taskId: 'T', func: 'one', processor: true })
  await waitFor(() => told('T').some(({ error }) => error?.includes('ECONNREFUSED')), slowly)
  child.kill('SIGKILL')
  await once(child, 'exit')
  server = await processorServer(server.port)
  start()
  expect(await outcome('T')).toMatchObject({ state: 'DELIVERED' })
  expect(told('T').filter(({ state }) => state !== 'PENDING')).toHaveLength(1)
  expect(server.results.map(({ ins }) => ins.id)).toEqual(['T'])
})
