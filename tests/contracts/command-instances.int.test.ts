import type { AddressInfo } from 'node:net'
import { handles } from '@elves/command-service/command-handlers.ts'
import { commandRoutes } from '@elves/command-service/http.ts'
import type { TaskCommands } from '@elves/command-service/tasks/task-commands.ts'
import { agentId, caller, center, request, wholeRun } from '@elves/command-service/tests/center.ts'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { runOneTask } from '@elves/core/command-api/run-task.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { commandClient } from '@elves/query-service/command-client/command-client.ts'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { testDatabase } from '../support/postgres.ts'
import { type StartedService, serviceProcess } from '../support/service-process.ts'
import { waitFor } from '../support/wait-for.ts'

const serviceSecret = 'secret'
const joinToken = 'token'
const types = (events: readonly { event: { type: string } }[]) => events.map(({ event }) => event.type)
const clientOf = (urls: readonly string[], registry = new Registry()) => commandClient({ urls, serviceSecret, logger: silentLogger, registry })

async function countOf(registry: Registry, name: string, state?: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get()
  return metric?.values.find(({ labels }) => state === undefined || labels['state'] === state)?.value ?? 0
}

describe('several doors of one write side', () => {
  const doors: { url: string; close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const door of doors.splice(0)) await door.close()
  })

  async function door(commands: TaskCommands, isReady: () => boolean = () => true) {
    const readiness = async () => {
      if (!isReady()) throw new ElvesError('SHUTTING_DOWN', 'not ready', { canRetry: true })
    }
    const server = serviceServer({ logger: silentLogger, registry: new Registry(), allowedHosts: [], readiness })
    commandRoutes({
      people: { identify: async () => null, personalKeys: async () => new Map(), uses: undefined as never },
      server,
      tasks: commands,
      handlers: [handles(cancelTask, commands.cancelTask)],
      serviceSecret,
    })
    await server.listen({ host: '127.0.0.1', port: 0 })
    const made = { url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`, close: () => server.close() }
    doors.push(made)
    return made
  }

  it('a wait goes on at another instance when its own is gone, and the task is sent once', async () => {
    const here = center()
    const [one, other] = [await door(here.commands), await door(here.commands)]
    const answer = runOneTask(clientOf([one.url, other.url]), caller, request({ wait: true }))
    const sent = await waitFor(() => here.sent[0])
    await one.close()
    await here.reports.record(agentId, wholeRun('taskId' in sent.message.value ? String(sent.message.value.taskId) : ''))
    expect(types((await answer).events).at(-1)).toBe('TaskSucceeded')
    expect(here.sent).toHaveLength(1)
  })

  it('calls that come together go to one instance, and later ones to the next', async () => {
    const here = center()
    const heads = [0, 0]
    const counting = (index: number): TaskCommands => ({
      ...here.commands,
      head: () => {
        heads[index] = (heads[index] ?? 0) + 1
        return here.commands.head()
      },
    })
    let now = 0
    const urls = [(await door(counting(0))).url, (await door(counting(1))).url]
    const client = commandClient({ urls, serviceSecret, logger: silentLogger, now: () => now })
    for (const expected of [
      [10, 0],
      [10, 10],
      [20, 10],
    ]) {
      await Promise.all(Array.from({ length: 10 }, () => client.head()))
      expect(heads).toEqual(expected)
      now += 50
    }
  })

  it('one that stops is left alone until it is ready again', async () => {
    const here = center()
    let isStopping = true
    let asked = 0
    const head = async () => {
      asked += 1
      if (isStopping) throw new ElvesError('SHUTTING_DOWN', 'stopping', { canRetry: true })
      return here.commands.head()
    }
    const stopping = await door({ ...here.commands, head }, () => !isStopping)
    const client = clientOf([stopping.url, (await door(here.commands)).url])
    for (let call = 0; call < 5; call++) expect(await client.head()).toBe(await here.store.head())
    expect(asked).toBe(1)
    isStopping = false
    await waitFor(async () => (await client.head()) !== '' && asked > 1)
  })

  it('where none answers, the head of the log is not made up', async () => {
    const gone = await door(center().commands)
    await gone.close()
    await expect(clientOf([gone.url, gone.url]).head()).rejects.toMatchObject({ code: 'COMMAND_SERVICE_UNAVAILABLE', canRetry: true })
  })

  it('a cancel that is asked again by the client itself is answered with the task', async () => {
    const here = center()
    const task = await here.commands.runTask(caller, request())
    const lostAnswer: TaskCommands['cancelTask'] = async (...args) => {
      await here.commands.cancelTask(...args)
      await here.reports.record(agentId, wholeRun(task.taskId ?? ''))
      throw new ElvesError('STORE_UNAVAILABLE', 'the answer got lost', { canRetry: true })
    }
    const client = clientOf([(await door({ ...here.commands, cancelTask: lostAnswer })).url, (await door(here.commands)).url])
    const answer = await client.call(cancelTask, caller, { id: task.taskId ?? '', reason: null })
    expect(answer.refusal).toBeNull()
    expect(types(answer.events)).toContain('TaskCancelRequested')
  })
})

describe('command-service as two processes', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let services: StartedService[]

  const start = (): Promise<StartedService> =>
    serviceProcess('command-service/main.ts', {
      ELVES_DATABASE_URL: database.url,
      ELVES_SERVICE_SECRET: serviceSecret,
      ELVES_JOIN_TOKEN: joinToken,
      ELVES_COMMAND_PORT: '0',
    })

  beforeAll(async () => {
    database = await testDatabase()
    services = await Promise.all([start(), start()])
  }, 180_000)
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()))
    await database.drop()
  })

  it('one that is stopped in its tracks costs no request its answer, is left, and comes back', async () => {
    const [stuck, well] = services as [StartedService, StartedService]
    const registry = new Registry()
    const client = clientOf([stuck.url, well.url], registry)
    const agent = await gatewayAgent({ url: well.url, joinToken, ip: '10.1.2.3' })
    stuck.signal('SIGSTOP')
    const answer = await runOneTask(client, caller, request({ wait: true, agent: '10.1.2.3', idempotencyKey: 'over a stall' }))
    expect(types(answer.events).at(-1)).toBe('TaskSucceeded')
    expect(await countOf(registry, 'elves_command_instances', 'away')).toBe(1)
    const repeated = await countOf(registry, 'elves_command_calls_repeated_total')
    for (let call = 0; call < 10; call++) await client.head()
    expect(await countOf(registry, 'elves_command_calls_repeated_total')).toBe(repeated)
    stuck.signal('SIGCONT')
    await waitFor(async () => (await client.head()) !== '' && (await countOf(registry, 'elves_command_instances', 'away')) === 0)
    // The request may also have reached the instance that was stuck; with the same key it is the same task.
    const again = await runOneTask(clientOf([stuck.url]), caller, request({ wait: true, agent: '10.1.2.3', idempotencyKey: 'over a stall' }))
    expect(again).toEqual(answer)
    agent.terminate()
  })

  it('one that is killed costs no request its answer', async () => {
    const [first, second] = services as [StartedService, StartedService]
    const client = clientOf([first.url, second.url])
    const head = await client.head()
    first.signal('SIGKILL')
    expect(await Promise.all(Array.from({ length: 8 }, () => client.head()))).toEqual(Array.from({ length: 8 }, () => head))
  })
})
