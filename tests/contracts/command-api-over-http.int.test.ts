import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { handles } from '@elves/command-service/command-handlers.ts'
import { type CommandProcess, commandProcess } from '@elves/command-service/command-process.ts'
import { commandRoutes } from '@elves/command-service/http.ts'
import { agentId, caller, center, ended, request, wholeRun } from '@elves/command-service/tests/center.ts'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { runOneTask, runTask } from '@elves/core/command-api/run-task.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { commandClient } from '@elves/query-service/command-client/command-client.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { testDatabase } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'

const serviceSecret = 'secret'
const joinToken = 'token'
const linked = { joinToken, ip: '10.1.2.3' }
const client = (url: string, rounds = 4) => commandClient({ urls: [url], serviceSecret, rounds, logger: silentLogger })
const types = (events: readonly { event: { type: string } }[]) => events.map(({ event }) => event.type)

describe('command-service as a process', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let running: CommandProcess

  function start(): Promise<CommandProcess> {
    const settings = readSettings({
      ELVES_DATABASE_URL: database.url,
      ELVES_SERVICE_SECRET: serviceSecret,
      ELVES_JOIN_TOKEN: joinToken,
      ELVES_COMMAND_PORT: '0',
    })
    return commandProcess({ settings, logger: silentLogger })
  }

  beforeAll(async () => {
    database = await testDatabase()
    running = await start()
  })
  afterAll(async () => {
    await running.stop()
    await database.drop()
  })

  it('runs a task on an agent that is connected to its gateway, and answers over HTTP when the end is durable', async () => {
    const agent = await gatewayAgent({ ...linked, url: running.url })
    const api = client(running.url)
    const answer = await runOneTask(api, caller, request({ wait: true, agent: '10.1.2.3' }))
    expect(types(answer.events)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
    expect(answer.events[0]).toMatchObject({ version: 0, stream: `task-${answer.taskId}`, context: { actor: caller.actor, correlationId: 'c-1' } })
    agent.terminate()
  })

  it('removes an agent that has gone, loses what it had open, and knows it again when it comes back', async () => {
    const gone = { ...linked, url: running.url, isSilent: true }
    const agent = await gatewayAgent(gone)
    const api = client(running.url)
    const { taskId } = await runOneTask(api, caller, request({ agent: '10.1.2.3', timeoutMs: 0 }))
    const remove = { agent: '10.1.2.3', reason: 'scrapped', idempotencyKey: 'remove' }
    expect((await api.call(removeAgent, caller, remove)).refusal).toMatchObject({ code: 'AGENT_CONNECTED', field: 'agent' })
    expect((await api.call(removeAgent, caller, { ...remove, agent: '10.9.9.9' })).refusal).toMatchObject({ code: 'AGENT_UNKNOWN' })
    agent.send(encode('Frame', { messages: [encode('AgentGoodbye', { reason: '' })] }))
    await once(agent, 'close')
    const removed = await api.call(removeAgent, caller, remove)
    expect(removed).toMatchObject({ refusal: null, events: [{ event: { type: 'AgentRemoved', data: { agentId, reason: 'scrapped' } } }] })
    expect(await api.call(removeAgent, caller, remove)).toMatchObject({ agentId, events: removed.events })
    const cancelled = await api.call(cancelTask, caller, { id: taskId ?? '', reason: null })
    expect(cancelled.refusal).toMatchObject({ code: 'TASK_ENDED', message: expect.stringContaining('LOST') })
    for (const name of ['10.1.2.3', agentId]) expect((await runOneTask(api, caller, request({ agent: name }))).refusal?.code).toBe('AGENT_UNKNOWN')
    const back = await gatewayAgent({ ...gone, isSilent: false })
    expect((await runOneTask(api, caller, request({ agent: '10.1.2.3', wait: true }))).events.at(-1)?.event.type).toBe('TaskSucceeded')
    expect((await api.call(removeAgent, caller, remove)).refusal).toBeNull()
    expect((await runOneTask(api, caller, request({ agent: agentId, wait: true }))).events.at(-1)?.event.type).toBe('TaskSucceeded')
    back.terminate()
  })

  it('gives the same task for the same key after a restart', async () => {
    const agent = await gatewayAgent({ ...linked, url: running.url })
    const keyed = request({ wait: true, idempotencyKey: 'once' })
    const first = await runOneTask(client(running.url), caller, keyed)
    agent.terminate()
    await running.stop()
    running = await start()
    const again = await runOneTask(client(running.url), caller, keyed)
    expect(again).toEqual(first)
  })

  it('tells who waits to ask again when it stops, and gives them their task afterwards', async () => {
    const agent = await gatewayAgent({ ...linked, url: running.url, isSilent: true })
    const keyed = request({ wait: true, idempotencyKey: 'over a stop' })
    const waiting = runOneTask(client(running.url, 1), caller, keyed)
    const refused = expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN', canRetry: true })
    await once(agent, 'told')
    await running.stop()
    await refused
    running = await start()
    const again = await runOneTask(client(running.url), caller, { ...keyed, wait: false })
    expect(types(again.events)).toEqual(['TaskRequested', 'TaskDispatched'])
  })

  it('is ready when it has caught up, and shows its metrics', async () => {
    await waitFor(async () => (await fetch(`${running.url}/readyz`)).status === 200)
    const metrics = await (await fetch(`${running.url}/metrics`)).text()
    for (const name of ['elves_task_events_total', 'elves_task_waiters', 'elves_instructions_resent_total']) expect(metrics).toContain(name)
  })

  it('keeps web pages and other paths away from the gateway', async () => {
    const refusedBy = async (path: string, origin?: string) => {
      const socket = new WebSocket(`${running.url.replace('http', 'ws')}${path}`, origin === undefined ? {} : { origin })
      const [error] = (await once(socket, 'error')) as [Error]
      return error.message
    }
    expect(await refusedBy('/gateway', 'https://evil.example')).toContain('403')
    expect(await refusedBy('/elsewhere')).toContain('404')
  })
})

describe('the internal HTTP', () => {
  async function served(waitMs: number) {
    const here = center()
    const server = serviceServer({ logger: silentLogger, registry: new Registry(), allowedHosts: [], readiness: async () => undefined })
    commandRoutes({
      people: { identify: async () => null, personalKeys: async () => new Map(), uses: undefined as never },
      server,
      tasks: here.commands,
      handlers: [handles(cancelTask, here.commands.cancelTask)],
      serviceSecret,
      waitMs,
    })
    await server.listen({ host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
    return { ...here, url, close: () => server.close() }
  }

  it('waits longer than one request may', async () => {
    const { commands: _, ...here } = await served(5)
    const answer = runOneTask(client(here.url), caller, request({ wait: true }))
    const sent = await waitFor(() => here.sent[0])
    let asked = 0
    const read = here.store.readStream.bind(here.store)
    here.store.readStream = (...args) => {
      asked += 1
      return read(...args)
    }
    await waitFor(() => asked > 3)
    await here.reports.record(agentId, wholeRun('taskId' in sent.message.value ? String(sent.message.value.taskId) : ''))
    expect(types((await answer).events).at(-1)).toBe('TaskSucceeded')
    await here.close()
  })

  it('carries refusals, cancels and many at once', async () => {
    const here = await served(1000)
    const api = client(here.url)
    const [done, refused] = await api.runTasks(caller, [request(), request({ agent: 'nobody' })])
    expect(refused?.refusal).toMatchObject({ code: 'AGENT_UNKNOWN', field: 'agent' })
    const cancelled = await api.call(cancelTask, caller, { id: done?.taskId ?? '', reason: 'enough' })
    expect(types(cancelled.events).at(-1)).toBe('TaskCancelRequested')
    await here.reports.record(agentId, [ended(done?.taskId ?? '', 'CANCELLED')])
    expect((await api.call(cancelTask, caller, { id: done?.taskId ?? '', reason: null })).refusal?.code).toBe('TASK_ENDED')
    await here.close()
  })

  it('refuses who does not know the secret, and what is not well-formed', async () => {
    const here = await served(1000)
    const post = async (secret: string, body: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
      const response = await fetch(here.url + runTask.path, { method: 'POST', headers, body })
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code]
    }
    expect(await post('wrong', '{}')).toEqual([401, 'UNAUTHENTICATED'])
    expect(await post(serviceSecret, '{}')).toEqual([400, 'BAD_REQUEST'])
    expect(await post(serviceSecret, '{')).toEqual([400, 'BAD_REQUEST'])
    await here.close()
  })

  it('tells a client that the process is stopping, or not there', async () => {
    const here = await served(1000)
    here.commands.close()
    const api = client(here.url, 1)
    await expect(runOneTask(api, caller, request())).rejects.toMatchObject({ code: 'SHUTTING_DOWN', canRetry: true })
    await here.close()
    await expect(runOneTask(api, caller, request())).rejects.toMatchObject({ code: 'COMMAND_SERVICE_UNAVAILABLE', canRetry: true })
  })

  it('tries again where no answer came, without running a thing twice', async () => {
    const here = await served(1000)
    let calls = 0
    const run = here.commands.runTasks
    here.commands.runTasks = async (...args) => {
      const answers = await run(...args)
      calls += 1
      if (calls === 1) throw new ElvesError('STORE_UNAVAILABLE', 'gone', { canRetry: true })
      return answers
    }
    const answer = await runOneTask(client(here.url), caller, request())
    expect(calls).toBe(2)
    expect(here.sent).toHaveLength(1)
    expect(answer.refusal).toBeNull()
    await here.close()
  })
})
