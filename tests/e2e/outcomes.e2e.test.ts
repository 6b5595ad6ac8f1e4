import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { swarm } from '@elves/bench/swarm/swarm.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RestAnswer, startPlatform, type TestPlatform } from '../support/platform.ts'
import { isAlive } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

/** Every row of "Outcomes" in contracts/graphql.md, by the real agent and real workers, over both doors. */

let platform: TestPlatform

beforeAll(async () => {
  // Short allowances, so that the center gives up on a stopped agent within seconds.
  platform = await startPlatform({ sharesBroker: true, env: { ELVES_START_ALLOWANCE_MS: '2000', ELVES_DEADLINE_GRACE_MS: '1000' } })
  const app = join(platform.dataDir, 'apps', 'printer')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), 'import sys, base64, json\nprint(json.loads(base64.b64decode(sys.argv[3])))\n')
  await chmod(app, 0o755)
})

afterAll(() => platform?.dispose())

interface Shown {
  readonly id: string
  readonly state: string
  readonly result: { readonly workerFlag: number; readonly message: string } | null
  readonly failure: { readonly code: string } | null
}

interface Payload {
  readonly task: Shown | null
  readonly refusal: { readonly code: string; readonly field: string | null } | null
}

const shown = 'id state result { workerFlag message } failure { code }'

async function overGraphql(input: object): Promise<Payload> {
  const mutation = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { ${shown} } refusal { code field } } }`
  return (await platform.graphql<{ runTask: Payload }>(mutation, { input: { agent: '127.0.0.1', ...input } })).runTask
}

function overRest(parameters: Record<string, string>): Promise<RestAnswer> {
  return platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', ...parameters })
}

function print(text: string) {
  return { graphql: { app: 'printer', func: 'print', param: text }, rest: { app: 'printer', func: 'print', param: JSON.stringify(text) } }
}

function apptest(func: string, more: { param?: object; timeoutMs?: number; proxy?: string } = {}) {
  const { param, timeoutMs, proxy } = more
  return {
    graphql: { app: 'apptest', func, ...more },
    rest: {
      app: 'apptest',
      func,
      ...(param && { param: JSON.stringify(param) }),
      ...(timeoutMs && { timeout: String(timeoutMs / 1000) }),
      ...(proxy && { proxy }),
    },
  }
}

test.each([
  ['the worker said true', apptest('helloword'), 'SUCCEEDED', null, 1, /^hello word!$/],
  ['the worker said false', apptest('failing', { param: { reason: 'no disk' } }), 'FAILED', 'WORKER_SAID_NO', 0, /^no disk$/],
  ['an exit code other than 0', apptest('crash'), 'FAILED', 'WORKER_EXIT', -1, /^app exec error : /],
  ['no flag tag', print('<ElvesWResult>x</ElvesWResult>'), 'FAILED', 'WORKER_NO_FLAG', -1, /^app output flag error : /],
  ['no result tag', print('<ElvesWFlag>true</ElvesWFlag>'), 'FAILED', 'WORKER_NO_RESULT', -1, /^app output result error : /],
  ['the run timeout', apptest('slow', { param: { seconds: 60 }, timeoutMs: 1000 }), 'TIMED_OUT', 'RUN_TIMEOUT', -1, /^app exec timeout$/],
  [
    'an app that is not there',
    { graphql: { app: 'nosuch', func: 'f' }, rest: { app: 'nosuch', func: 'f' } },
    'REJECTED',
    'APP_NOT_INSTALLED',
    -1,
    /^app \[nosuch\] not install !$/,
  ],
  ['a proxy that leaves the app', apptest('helloword', { proxy: 'python3|../printer/app-worker.py' }), 'REJECTED', 'PROXY_REFUSED', -1, /./],
] as const)('%s', async (_what, { graphql, rest }, state, code, workerFlag, message) => {
  const [{ task, refusal }, answer] = await Promise.all([overGraphql(graphql), overRest(rest)])
  expect(refusal).toBeNull()
  expect(task).toMatchObject({ state, result: { workerFlag, message: expect.stringMatching(message) } })
  expect(task?.failure?.code ?? null).toBe(code)
  expect(answer).toMatchObject({
    flag: 'true',
    error: '',
    result: { worker_flag: String(workerFlag), worker_message: expect.stringMatching(message) },
  })
})

test.each([
  ['an unknown agent', { agent: '10.9.9.9' }, { ip: '10.9.9.9' }, 'AGENT_UNKNOWN', 'agent', '[410.1]Send Job To Agent Fail'],
  [
    'a param over its limit',
    { param: 'x'.repeat(65_535) },
    { param: JSON.stringify('x'.repeat(65_535)) },
    'PARAM_TOO_LARGE',
    'param',
    '[403.2]Request Params (param) Illegal',
  ],
  [
    'a timeout over its limit',
    { timeoutMs: 2_147_483_001 },
    { timeout: '2147484' },
    'TIMEOUT_INVALID',
    'timeoutMs',
    '[403.8]Request Params (timeout) Illegal',
  ],
  ['a blank app', { app: ' ' }, { app: ' ' }, 'APP_INVALID', 'app', '[403.3]Request Params (app) Illegal'],
  ['a blank function', { func: '' }, { func: '' }, 'FUNC_INVALID', 'func', '[403.7]Request Params (func) Illegal'],
] as const)('%s makes no task', async (_what, graphql, rest, code, field, error) => {
  const base = { app: 'apptest', func: 'helloword' }
  expect(await overGraphql({ ...base, ...graphql })).toEqual({ task: null, refusal: { code, field } })
  expect(await overRest({ ...base, ...rest })).toEqual({ flag: 'false', error })
})

test.each([
  ['an ip that is none', { ip: 'localhost' }, '[403.1]Request Params (ip) Illegal'],
  ['a param that is not JSON', { param: '{not json' }, '[403.2]Request Params (param) Illegal'],
  ['a timeout that is not digits', { timeout: '-1' }, '[403.8]Request Params (timeout) Illegal'],
])('REST v2 refuses %s', async (_what, parameters, error) => {
  expect(await overRest({ app: 'apptest', func: 'helloword', ...parameters })).toEqual({ flag: 'false', error })
})

test('a cancelled run is killed, and both doors say so', async () => {
  const waiting = overRest(apptest('slow', { param: { seconds: 60 } }).rest)
  const running = await waitFor(
    async () =>
      (await platform.graphql<{ tasks: { nodes: Shown[] } }>(`{ tasks(filter: { states: [RUNNING] }) { nodes { ${shown} } } }`)).tasks.nodes[0],
    { what: 'the running task' },
  )
  const cancel = 'mutation ($id: ID!) { cancelTask(input: { id: $id, reason: "enough" }) { refusal { code } } }'
  expect(await platform.graphql(cancel, { id: running.id })).toEqual({ cancelTask: { refusal: null } })
  expect(await waiting).toMatchObject({ flag: 'true', result: { id: running.id, worker_flag: '-1' } })
  const query = `query ($id: ID!) { task(id: $id) { ${shown} } }`
  await waitFor(async () => (await platform.graphql<{ task: Shown }>(query, { id: running.id })).task.state === 'CANCELLED')
  expect(await platform.graphql(cancel, { id: running.id })).toEqual({ cancelTask: { refusal: { code: 'TASK_ENDED' } } })
})

test('an agent that dies under a run reports it as interrupted when it is back', async () => {
  const waiting = overRest(apptest('slow', { param: { seconds: 60 } }).rest)
  await waitFor(
    async () =>
      (await platform.graphql<{ tasks: { nodes: Shown[] } }>('{ tasks(filter: { states: [RUNNING] }) { nodes { id } } }')).tasks.nodes.length > 0,
  )
  process.kill((await platform.readyNow())?.pids.agents[0] ?? 0, 'SIGKILL')
  const answer = await waiting
  expect(answer).toMatchObject({ flag: 'true', result: { worker_flag: '-1' } })
  const query = `query ($id: ID!) { task(id: $id) { ${shown} } }`
  const task = await waitFor(async () => {
    const shownTask = (await platform.graphql<{ task: Shown }>(query, { id: answer.result?.['id'] })).task
    return shownTask.state === 'FAILED' && shownTask
  })
  expect(task.failure?.code).toBe('INTERRUPTED')
})

test('no word from the agent by the deadline: lost, and settled once by the late report', async () => {
  // The test before has killed the agent, and the ready file may still name the dead one.
  const agent = await waitFor(
    async () => {
      const pid = (await platform.readyNow())?.pids.agents[0]
      return pid !== undefined && isAlive(pid) && pid
    },
    { what: 'the new agent' },
  )
  process.kill(agent, 'SIGSTOP')
  let lost: Payload
  try {
    const [payload, answer] = await Promise.all([
      overGraphql({ app: 'apptest', func: 'helloword', timeoutMs: 1000 }),
      overRest({ app: 'apptest', func: 'helloword', timeout: '1' }),
    ])
    lost = payload
    expect(answer).toMatchObject({ flag: 'true', result: { worker_flag: '-1', worker_message: 'app exec timeout' } })
  } finally {
    process.kill(agent, 'SIGCONT')
  }
  expect(lost.task).toMatchObject({ state: 'LOST', result: null, failure: { code: 'OUTCOME_UNKNOWN' } })
  const query = `query ($id: ID!) { task(id: $id) { ${shown} history { nodes { type data } } } }`
  const settled = await waitFor(async () => {
    const { task } = await platform.graphql<{ task: Shown & { history: { nodes: { type: string; data: { isLate?: boolean } }[] } } }>(query, {
      id: lost.task?.id,
    })
    return task.state === 'REJECTED' && task
  })
  expect(settled.failure?.code).toBe('EXPIRED')
  expect(settled.history.nodes.filter(({ data }) => data.isLate === true).map(({ type }) => type)).toEqual(['TaskRejected'])
})

test('an agent that said goodbye is offline, and is known when it is back', async () => {
  const { agentId, ip, stop } = await simulatedAgent()
  expect((await overGraphql({ agent: agentId, app: 'any', func: 'any' })).task?.state).toBe('SUCCEEDED')
  await stop()
  await waitFor(async () => (await overGraphql({ agent: agentId, app: 'any', func: 'any' })).refusal?.code === 'AGENT_OFFLINE')
  expect(await overRest({ ip, app: 'any', func: 'any' })).toEqual({ flag: 'false', error: '[410.1]Send Job To Agent Fail' })
})

async function simulatedAgent(): Promise<{ agentId: string; ip: string; stop(): Promise<void> }> {
  const agents = swarm({ url: platform.ready().gatewayUrl, agents: 1 })
  await agents.ready
  return { agentId: agents.agentIds[0] ?? '', ip: agents.ips[0] ?? '', stop: () => agents.stop() }
}
