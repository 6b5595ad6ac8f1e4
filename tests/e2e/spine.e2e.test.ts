import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedRunner, testedShape } from '../support/platform.ts'

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

interface TaskShown {
  readonly id: string
  readonly state: string
  readonly result: { readonly workerFlag: number; readonly message: string } | null
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

const shown = 'id state result { workerFlag message } history { nodes { type } }'
const life = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded']

async function runTask(input: object): Promise<{ task: TaskShown; position: string }> {
  const mutation = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { ${shown} } position refusal { code } } }`
  return (await platform.graphql<{ runTask: { task: TaskShown; position: string } }>(mutation, { input })).runTask
}

async function taskAt(id: string, notBefore?: string): Promise<TaskShown> {
  const query = `query ($id: ID!, $notBefore: Position) { task(id: $id, notBefore: $notBefore) { ${shown} } }`
  return (await platform.graphql<{ task: TaskShown }>(query, { id, notBefore })).task
}

const services = ['command-service', 'gateway', 'projection-service', 'query-service']
/** What the ready file of each shape has: its extra keys, the extra keys of its pids, the number of agents. */
const said = {
  standalone: { keys: ['outerUrl'], pids: ['standalone'], agents: 1 },
  cluster: { keys: ['instances', 'kafkaBrokers', 'outerGatewayUrl', 'outerUrl'], pids: ['cluster', 'kafka', ...services], agents: 4 },
  compose: { keys: [], pids: [], agents: 2 },
}[testedShape]
const keys = ['agents', 'authId', 'authKey', 'gatewayUrl', 'graphqlUrl', 'pids', 'subscriptionsUrl', 'token', 'url']

test.runIf(testedRunner)('the ready file says all that scripts need, to its owner only', async () => {
  const ready = platform.ready()
  const { mode } = await stat(join(platform.dataDir, platform.readyFile))
  expect(mode & 0o777).toBe(0o600)
  expect(Object.keys(ready).sort()).toEqual([...keys, ...said.keys].sort())
  const agents = Array.from({ length: said.agents }, (_, index) => ({ id: expect.stringMatching(/^[0-9a-f]{32}$/), ip: `127.0.0.${index + 1}` }))
  expect(ready.agents).toMatchObject(agents)
  expect(Object.keys(ready.pids).sort()).toEqual(['agents', 'postgres', ...said.pids].sort())
})

test('every agent runs a task', async () => {
  const answers = await Promise.all(platform.ready().agents.map(({ ip }) => runTask({ agent: ip, app: 'apptest', func: 'helloword' })))
  expect(answers.map(({ task }) => task.state)).toEqual(answers.map(() => 'SUCCEEDED'))
})

test('an instant task over GraphQL runs on the agent and shows its whole life, from the write side and the read side', async () => {
  const { task, position } = await runTask({ agent: '127.0.0.1', app: 'apptest', func: 'helloword' })
  expect(task).toMatchObject({ state: 'SUCCEEDED', result: { workerFlag: 1, message: 'hello word!' } })
  expect(task.history.nodes.map(({ type }) => type)).toEqual(life)
  expect(await taskAt(task.id, position)).toEqual(task)
})

test('an instant task over REST v2 answers the contract, and is the same kind of task', async () => {
  const answer = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'apptest', func: 'helloword' })
  expect(answer).toEqual({
    flag: 'true',
    error: '',
    result: {
      id: expect.stringMatching(/^[0-9A-F]{16}$/),
      worker_flag: '1',
      worker_message: 'hello word!',
      worker_costtime: expect.stringMatching(/^\d+$/),
    },
  })
  const { headPosition } = (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform
  const task = await taskAt(answer.result?.['id'] ?? '', headPosition)
  expect(task.history.nodes.map(({ type }) => type)).toEqual(life)
})

test('a clean stop leaves nothing running and no ready file, and the next start has all history', async () => {
  const { task } = await runTask({ agent: platform.ready().agents[0]?.id, app: 'apptest', func: 'echo', param: { text: 'ä' } })
  expect(await platform.stop()).toBe(0)
  expect(await platform.leftovers()).toEqual([])
  expect(await platform.readyNow()).toBeNull()
  await platform.start()
  expect(await taskAt(task.id)).toEqual(task)
})
