import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setOwnCrons, sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { type ProcessorServer, processorServer } from '../support/processor-server.ts'
import { waitFor } from '../support/wait-for.ts'

/** The five working modes of docs/contracts/worker-protocol.md, each end to end on a real agent, with a real Thrift processor. */

/** A container reaches neither a server nor a file of this machine. */
const isHere = testedRunner !== null
let platform: TestPlatform
let server: ProcessorServer

beforeAll(async () => {
  server = await processorServer()
  platform = await sharedPlatform()
  const app = join(platform.dataDir, 'apps', 'ledger')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), 'print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>noted</ElvesWResult>")')
  await writeFile(join(app, 'appcfg.json'), JSON.stringify({ Processor: { Addr: '127.0.0.1', Port: server.port, Timeout: 0 } }))
})

afterAll(async () => {
  if (isHere) await setOwnCrons(platform, '{}')
  await platform?.dispose()
  await server?.stop()
})

interface Shown {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly processor: boolean
  readonly requestedBy: { readonly kind: string }
  readonly result: { readonly workerFlag: number; readonly message: string } | null
  readonly processing: { readonly state: string } | null
}

const shown = 'id kind state processor requestedBy { kind } result { workerFlag message } processing { state }'
const hello = { ip: '127.0.0.1', app: 'apptest', func: 'helloword' }
const ran = { state: 'SUCCEEDED', processor: false, processing: null, result: { workerFlag: 1, message: 'hello word!' } }
const delivered = { state: 'SUCCEEDED', processor: true, processing: { state: 'DELIVERED' }, result: { workerFlag: 1, message: 'noted' } }
const toLedger = { ip: '127.0.0.1', app: 'ledger', func: 'note', mode: 'P' }

async function taskOf(id: string): Promise<Shown> {
  return (await platform.graphql<{ task: Shown }>(`query ($id: ID!) { task(id: $id) { ${shown} } }`, { id })).task
}

async function ended(id: string): Promise<Shown> {
  const shownEnd = async () => {
    const task: Shown | null = await taskOf(id)
    return task?.result ? task : null
  }
  return waitFor(shownEnd, { what: 'the end of the task' })
}

describe('CSNP: the center starts it, sync, no processor', () => {
  test('rt/exec and runTask answer with the result of the task that they made', async () => {
    const answer = await platform.rest('/api/v2/rt/exec', hello)
    expect(answer.result).toMatchObject({ worker_flag: '1', worker_message: 'hello word!' })
    const byRest = await ended(answer.result?.['id'] ?? '')
    expect(byRest).toMatchObject({ ...ran, kind: 'INSTANT', requestedBy: { kind: 'AUTH_KEY' } })
    const text = `mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { ${shown} } } }`
    const { runTask } = await platform.graphql<{ runTask: { task: Shown } }>(text)
    expect(runTask.task).toMatchObject({ ...ran, kind: 'INSTANT', requestedBy: { kind: 'LOCAL' } })
  })
})

describe('CANP: the center starts it, async, no processor', () => {
  test('a task of a queue runs after its call was answered', async () => {
    const slow = { ...hello, func: 'slow', param: '{"seconds": 2}' }
    const { task_id = '' } = (await platform.rest('/api/v2/queue/qksqueue', slow)).result ?? {}
    expect(task_id).toMatch(/^[0-9A-F]{16}$/)
    await waitFor(async () => (await taskOf(task_id)) !== null)
    const early = await taskOf(task_id)
    expect(early).toMatchObject({ kind: 'QUEUE', processor: false, result: null })
    expect(await ended(task_id)).toMatchObject({ state: 'SUCCEEDED', result: { workerFlag: 1, message: 'slept 2 s' } })
  })

  test('a cron makes a task at each of its instants', async () => {
    const { id = '' } = (await platform.rest('/api/v2/cron/add', { ...hello, rule: '0/1 * * * * ?' })).result ?? {}
    const text = `query ($id: ID!) { schedule(id: $id) { fires { nodes { task { ${shown} fireAt } instant } } } }`
    const fired = async () => {
      const { schedule } = await platform.graphql<{
        schedule: { fires: { nodes: { task: (Shown & { fireAt: string }) | null; instant: string }[] } }
      }>(text, { id })
      return schedule?.fires.nodes.filter(({ task }) => task?.state === 'SUCCEEDED') ?? []
    }
    await waitFor(async () => (await fired()).length >= 2)
    await platform.rest('/api/v2/cron/delete', { cron_id: id })
    for (const { task, instant } of await fired()) {
      expect(task).toMatchObject({ ...ran, kind: 'SCHEDULE', requestedBy: { kind: 'SCHEDULE' }, fireAt: instant })
    }
  })
})

/** What the processor was given of a task, once the center knows that it was. */
async function given(id: string) {
  await waitFor(async () => (await taskOf(id))?.processing?.state === 'DELIVERED', { timeoutMs: 60_000 })
  return server.results.find(({ ins }) => ins.id === id)
}

describe.runIf(isHere)('CAP: the center starts it, async, with a processor', () => {
  test('the result of a task of a queue goes to the processor of its app', async () => {
    const { task_id = '' } = (await platform.rest('/api/v2/queue/qksqueue', toLedger)).result ?? {}
    expect(await given(task_id)).toMatchObject({ ins: { ...toLedger, id: task_id, type: 'queue' }, flag: 1, result: 'noted' })
    expect(await taskOf(task_id)).toMatchObject({ ...delivered, kind: 'QUEUE' })
  })

  test('so does that of a cron', async () => {
    const { id = '' } = (await platform.rest('/api/v2/cron/add', { ...toLedger, rule: '0/1 * * * * ?' })).result ?? {}
    const taskId = await waitFor(async () => {
      const text = 'query ($id: ID!) { schedule(id: $id) { lastFire { task { id } } } }'
      const { schedule } = await platform.graphql<{ schedule: { lastFire: { task: { id: string } | null } | null } | null }>(text, { id })
      return schedule?.lastFire?.task?.id
    })
    await platform.rest('/api/v2/cron/delete', { cron_id: id })
    expect(await given(taskId)).toMatchObject({ ins: { ...toLedger, id: taskId, type: 'cron' }, flag: 1, result: 'noted' })
    expect(await taskOf(taskId)).toMatchObject({ ...delivered, kind: 'SCHEDULE' })
  })
})

/** Gives the agents a cron of their own, and returns the first of its runs that the center hears of. */
async function firstRunOf(id: string, entry: object): Promise<string> {
  const file = { [id]: { Flag: 'true', Comment: '', Timeout: 0, Proxy: '', Rule: '* * * * * *', ...entry } }
  await setOwnCrons(platform, JSON.stringify(file))
  const text = '{ tasks(filter: { kinds: [AGENT_CRON], agents: ["127.0.0.1"] }, first: 500) { nodes { id cronId } } }'
  return waitFor(
    async () => {
      const { tasks } = await platform.graphql<{ tasks: { nodes: { id: string; cronId: string }[] } }>(text)
      return tasks.nodes.find(({ cronId }) => cronId === id)?.id
    },
    { timeoutMs: 60_000 },
  )
}

describe.runIf(isHere)('AANP: the agent starts it, async, no processor', () => {
  test("the runs of an agent's own cron are tasks of the agent", async () => {
    const id = await firstRunOf('AANP000000000000', { App: 'apptest', Func: 'helloword', Mode: 'NP' })
    expect(await ended(id)).toMatchObject({ ...ran, kind: 'AGENT_CRON', requestedBy: { kind: 'AGENT' } })
    expect(server.results.map(({ ins }) => ins.id)).not.toContain(id)
  })
})

describe.runIf(isHere)('AAP: the agent starts it, async, with a processor', () => {
  test("the result of an agent's own cron goes to the processor of its app", async () => {
    const id = await firstRunOf('AAP0000000000000', { App: 'ledger', Func: 'note', Mode: 'P' })
    expect(await given(id)).toMatchObject({ ins: { ...toLedger, id, type: 'cron' }, flag: 1, result: 'noted' })
    expect(await taskOf(id)).toMatchObject({ ...delivered, kind: 'AGENT_CRON', requestedBy: { kind: 'AGENT' } })
  })
})
