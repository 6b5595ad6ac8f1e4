import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'

/** A worker prints unusual output: the outcome is clear over both doors, and agent and center go on working. */

const fiftyMegabytes = 50_000_000
const resultLimit = 256 * 1024
/** A loose limit: an agent that kept the output which it should only read past would need several times as much. */
const maxAgentMegabytes = 300

/** Bytes that are not UTF-8: one that begins no character, a character that is cut off, a surrogate. */
const invalidWorker = `import os
os.write(1, b'\\xff noise \\xc3\\n<ElvesWFlag>true</ElvesWFlag> <ElvesWResult>a\\xffb\\xc3(\\xed\\xa0\\x80c</ElvesWResult>\\n\\xe4')
`

let platform: TestPlatform
let agentPid: number | undefined

beforeAll(async () => {
  platform = await sharedPlatform()
  agentPid = (await platform.readyNow())?.pids.agents[0]
  const app = join(platform.dataDir, 'apps', 'invalid')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), invalidWorker)
  await chmod(app, 0o755)
})

afterAll(() => platform?.dispose())

interface Shown {
  readonly id: string
  readonly state: string
  readonly result: { readonly workerFlag: number; readonly message: string; readonly truncated: boolean } | null
  readonly failure: { readonly code: string } | null
}

const shown = 'id state result { workerFlag message truncated } failure { code }'

async function run(input: object): Promise<Shown> {
  const mutation = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { ${shown} } position refusal { code } } }`
  const { runTask } = await platform.graphql<{ runTask: { task: Shown; position: string } }>(mutation, {
    input: { agent: '127.0.0.1', ...input },
  })
  const query = `query ($id: ID!, $notBefore: Position) { task(id: $id, notBefore: $notBefore) { ${shown} } }`
  const read = await platform.graphql<{ task: Shown }>(query, { id: runTask.task.id, notBefore: runTask.position })
  expect(read.task).toEqual(runTask.task)
  return runTask.task
}

/** Expects the same agent process as at the start, below its memory limit, and a center and a worker that work. */
async function everythingWorksOn(): Promise<void> {
  expect((await platform.readyNow())?.pids.agents[0]).toBe(agentPid)
  const status = await readFile(`/proc/${agentPid}/status`, 'utf8')
  const peakKilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
  expect(peakKilobytes / 1024).toBeLessThan(maxAgentMegabytes)
  expect(await run({ app: 'apptest', func: 'helloword' })).toMatchObject({ state: 'SUCCEEDED', result: { message: 'hello word!', truncated: false } })
}

test('50 MB beside the answer are passed over, also of several workers at once', async () => {
  const tasks = await Promise.all(Array.from({ length: 3 }, () => run({ app: 'apptest', func: 'loud', param: { bytes: fiftyMegabytes } })))
  for (const task of tasks) {
    const result = { workerFlag: 1, message: `printed ${fiftyMegabytes} bytes`, truncated: false }
    expect(task).toEqual({ id: task.id, state: 'SUCCEEDED', result, failure: null })
  }
  await everythingWorksOn()
})

test.each([300_000, fiftyMegabytes])('a result of %i bytes is cut at 256 KiB, and says so', async (bytes) => {
  const task = await run({ app: 'apptest', func: 'big', param: { bytes } })
  expect(task).toMatchObject({ state: 'SUCCEEDED', result: { workerFlag: 1, truncated: true }, failure: null })
  // Compares by length and equality, to avoid a diff of 256 KiB in a failure.
  expect(task.result?.message.length).toBe(resultLimit)
  expect(task.result?.message === 'r'.repeat(resultLimit)).toBe(true)
  const answer = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'apptest', func: 'big', param: JSON.stringify({ bytes }) })
  expect([answer.flag, answer.result?.['worker_flag']]).toEqual(['true', '1'])
  expect(answer.result?.['worker_message']?.length).toBe(resultLimit)
  await everythingWorksOn()
})

test('a result that is no UTF-8 comes with a mark in place of each bad sequence', async () => {
  const task = await run({ app: 'invalid', func: 'any' })
  expect(task).toMatchObject({ state: 'SUCCEEDED', result: { workerFlag: 1, truncated: false }, failure: null })
  expect(task.result?.message).toMatch(/^a\ufffdb\ufffd\(\ufffd+c$/)
  const answer = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'invalid', func: 'any' })
  expect(answer.result?.['worker_message']).toBe(task.result?.message)
  await everythingWorksOn()
})

test.runIf(testedRunner)('the two calls of the start message work as they were printed, pasted into a shell', async () => {
  const calls = platform
    .output()
    .split('\n')
    .filter((line) => /^(curl|Q=)/.test(line))
  expect(calls).toHaveLength(2)
  const [overGraphql, overRest] = await Promise.all(calls.map((call) => promisify(execFile)('bash', ['-c', call])))
  expect(JSON.parse(overGraphql?.stdout ?? '')).toMatchObject({
    data: { runTask: { task: { state: 'SUCCEEDED', result: { message: 'hello word!' } }, refusal: null } },
  })
  expect(JSON.parse(overRest?.stdout ?? '')).toMatchObject({ flag: 'true', error: '', result: { worker_flag: '1', worker_message: 'hello word!' } })
})

test('how the process of a worker ended, and what it wrote to standard error, stand beside the result of any outcome', async () => {
  const app = join(platform.dataDir, 'apps', 'ends')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'elves.json'), '{"worker": {"mode": "plain"}}')
  await writeFile(join(app, 'app-worker.sh'), '#!/bin/sh\ncat\necho "a warning" >&2\n[ "$2" = good ] || exit 4\n')
  await chmod(app, 0o755)
  const exit = 'exitCode signal standardError standardErrorBytes'
  const fields = `state result { message workerFlag ${exit} } failure { code exitCode signal } attempts { result { ${exit} } failure { exitCode } }`
  const how = async (func: string) => {
    const { id } = await run({ app: 'ends', func, param: ['ü'] })
    return (await platform.graphql<{ task: object }>(`query ($id: ID!) { task(id: $id) { ${fields} } }`, { id })).task
  }
  const told = { signal: null, standardError: 'a warning', standardErrorBytes: 10 }
  expect(await how('good')).toEqual({
    state: 'SUCCEEDED',
    result: { message: '["ü"]', workerFlag: 1, exitCode: 0, ...told },
    failure: null,
    attempts: [{ result: { exitCode: 0, ...told }, failure: null }],
  })
  expect(await how('bad')).toMatchObject({
    state: 'FAILED',
    result: { workerFlag: -1, exitCode: 4, ...told },
    failure: { code: 'WORKER_EXIT', exitCode: 4, signal: null },
    attempts: [{ result: { exitCode: 4, ...told }, failure: { exitCode: 4 } }],
  })
})
