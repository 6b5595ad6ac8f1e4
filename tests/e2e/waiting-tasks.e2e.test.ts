import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { swarm } from '@elves/bench/swarm/swarm.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Tasks that wait for their agent and for their next attempt, on the whole platform. */

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
  const app = join(platform.dataDir, 'apps', 'flaky')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), worker)
  await chmod(app, 0o755)
})

afterAll(() => platform?.dispose())

/** Fails until it has run as often as its parameter says; each run is a line of the file. */
const worker = `import sys, base64, json
param = json.loads(base64.b64decode(sys.argv[3]))
with open(param['file'], 'a') as file:
    file.write('run\\n')
with open(param['file']) as file:
    runs = len(file.readlines())
flag = 'true' if runs >= param['runs'] else 'false'
print('<ElvesWFlag>' + flag + '</ElvesWFlag><ElvesWResult>run ' + str(runs) + '</ElvesWResult>')
`

interface Shown {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string } | null
  readonly wait: { readonly reason: string } | null
  readonly attempts: readonly { readonly number: number; readonly state: string; readonly result: { readonly message: string } | null }[]
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

const shown = 'id state failure { code } wait { reason } attempts { number state result { message } } history { nodes { type } }'

async function run(input: object): Promise<Shown> {
  const mutation = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { ${shown} } refusal { code message } } }`
  const { task, refusal } = (
    await platform.graphql<{ runTask: { task: Shown | null; refusal: object | null } }>(mutation, { input: { agent: '127.0.0.1', ...input } })
  ).runTask
  if (!task) throw new Error(JSON.stringify(refusal))
  return task
}

async function read(id: string): Promise<Shown | null> {
  return (await platform.graphql<{ task: Shown | null }>(`query ($id: ID!) { task(id: $id) { ${shown} } }`, { id })).task
}

async function untilState(id: string, state: string): Promise<Shown> {
  return waitFor(
    async () => {
      const task = await read(id).catch(() => null)
      return task?.state === state ? task : null
    },
    { timeoutMs: 60_000, what: `${id} to be ${state}` },
  )
}

function flaky(name: string, runs: number) {
  return { app: 'flaky', func: 'run', param: { file: join(platform.dataDir, name), runs } }
}

async function runsOf(name: string): Promise<number> {
  return (await readFile(join(platform.dataDir, name), 'utf8')).split('\n').length - 1
}

const retry = { attempts: 5, delayMs: 200, factor: 2 }

test('a task for an agent that is away waits until it connects, and runs once', async () => {
  const first = swarm({ url: platform.ready().gatewayUrl, agents: 1, seed: 77 })
  await first.ready
  await first.stop()
  const [agent = ''] = first.ips
  const { agent: away } = await waitFor(
    async () => {
      const found = await platform.graphql<{ agent: { state: string } | null }>('query ($id: ID!) { agent(id: $id) { state } }', {
        id: first.agentIds[0],
      })
      return found.agent?.state === 'OFFLINE' ? found : null
    },
    { timeoutMs: 60_000, what: 'the agent to be away' },
  )
  expect(away?.state).toBe('OFFLINE')
  const task = await run({ agent, app: 'apptest', func: 'helloword', wait: false, startWithinMs: 600_000 })
  expect(task).toMatchObject({ state: 'WAITING', wait: { reason: 'AGENT' }, attempts: [] })
  const again = swarm({ url: platform.ready().gatewayUrl, agents: 1, seed: 77 })
  await again.ready
  const { history, attempts } = await untilState(task.id, 'SUCCEEDED')
  await again.stop()
  const types = history.nodes.map(({ type }) => type)
  expect(types.filter((type) => type === 'TaskDispatched')).toHaveLength(1)
  expect(types.slice(0, 3)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskDispatched'])
  expect(attempts).toMatchObject([{ number: 1, state: 'SUCCEEDED' }])
})

test('a task that may not wait longer is skipped', async () => {
  const gone = swarm({ url: platform.ready().gatewayUrl, agents: 1, seed: 78 })
  await gone.ready
  await gone.stop()
  const agent = gone.agentIds[0] ?? ''
  await waitFor(
    async () => {
      const { runTask } = await platform.graphql<{ runTask: { refusal: { code: string } | null } }>(
        'mutation ($input: RunTaskInput!) { runTask(input: $input) { refusal { code } } }',
        { input: { agent, app: 'apptest', func: 'helloword', wait: false } },
      )
      return runTask.refusal?.code === 'AGENT_OFFLINE'
    },
    { timeoutMs: 60_000, what: 'the agent to be away' },
  )
  // REST v2 has one code for an agent that is unknown and for one that is away.
  const overRest = await platform.rest('/api/v2/rt/exec', { ip: gone.ips[0] ?? '', app: 'apptest', func: 'helloword' })
  expect(overRest).toEqual({ flag: 'false', error: '[410.1]Send Job To Agent Fail' })
  const task = await run({ agent, app: 'apptest', func: 'helloword', startWithinMs: 500 })
  expect(task).toMatchObject({ state: 'SKIPPED', failure: { code: 'START_EXPIRED' }, attempts: [] })
})

test('a task is tried again with growing delays until it succeeds; each attempt tells its own end', async () => {
  const task = await run({ ...flaky('backoff', 3), retry })
  expect(task).toMatchObject({ state: 'SUCCEEDED', failure: null, wait: null })
  expect(task.attempts).toMatchObject([
    { number: 1, state: 'FAILED', result: { message: 'run 1' } },
    { number: 2, state: 'FAILED', result: { message: 'run 2' } },
    { number: 3, state: 'SUCCEEDED', result: { message: 'run 3' } },
  ])
  expect(await runsOf('backoff')).toBe(3)
  expect((await untilState(task.id, 'SUCCEEDED')).attempts).toEqual(task.attempts)
})

test('kill -9 of the center between two attempts changes nothing but the time', async () => {
  const task = await run({ ...flaky('killed', 2), retry: { attempts: 3, delayMs: 3_000, factor: 1 }, wait: false })
  await untilState(task.id, 'WAITING')
  expect(await runsOf('killed')).toBe(1)
  await platform.kill()
  await platform.start()
  const { attempts } = await untilState(task.id, 'SUCCEEDED')
  expect(attempts).toMatchObject([
    { number: 1, state: 'FAILED' },
    { number: 2, state: 'SUCCEEDED', result: { message: 'run 2' } },
  ])
  expect(await runsOf('killed')).toBe(2)
})

test('all tasks of a filter are cancelled in one call, what waits between two attempts too', async () => {
  const task = await run({ ...flaky('cancelled', 9), retry: { attempts: 9, delayMs: 600_000, maxDelayMs: 600_000 }, wait: false })
  await untilState(task.id, 'WAITING')
  const mutation = `mutation ($input: CancelTasksInput!) {
    cancelTasks(input: $input) { tasks { id state cancelRequestedAt } refusals { task code } position refusal { code } }
  }`
  const cancel = () =>
    platform.graphql<{ cancelTasks: { tasks: { id: string; state: string }[] } }>(mutation, {
      input: { filter: { apps: ['flaky'] }, reason: 'enough' },
    })
  expect((await cancel()).cancelTasks).toMatchObject({ tasks: [{ id: task.id, state: 'CANCELLED' }], refusals: [], refusal: null })
  expect((await cancel()).cancelTasks).toMatchObject({ tasks: [], refusals: [] })
})
