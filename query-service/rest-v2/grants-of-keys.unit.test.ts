import { type Permission, permissions } from '@elves/core/domain/permissions.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'
import { AccessLog } from '../access/access-log.ts'
import { ReadAccess } from '../access/read-access.ts'
import { restEndpoints } from '../features.ts'
import type { RestNeeds, RestServices } from './endpoint.ts'

/** What keys with grants get from each endpoint of REST v2, in a center with a queue and two crons of one agent. */

const agentId = 'a'.repeat(32)
const [ip, cron, otherCron, queue, empty] = ['10.0.0.1', '0000000000000001', '0000000000000002', '0000000000000003', '0000000000000004']
const everything = { apps: ['*'], funcs: ['*'], agents: '' }
const unknownCron = '[411.1]Not Find Cron Job To Operate'
const unknownQueue = '[412.1]Queue Not Found'

const common = { ip, app: 'apptest', func: 'f', rule: '0/5 * * * * ?', showcron: 'true' }
/** By path, written down once more. */
const needs: Readonly<Record<string, RestNeeds>> = {
  '/api/v2/rt/exec': 'COMMAND',
  '/api/v2/queue/create': 'COMMAND',
  '/api/v2/queue/addtask': 'COMMAND',
  '/api/v2/queue/commit': 'COMMAND',
  '/api/v2/queue/stop': 'COMMAND',
  '/api/v2/queue/result': ['VIEW', 'RUN'],
  '/api/v2/queue/qksqueue': 'COMMAND',
  '/api/v2/cron/add': 'COMMAND',
  '/api/v2/cron/start': 'COMMAND',
  '/api/v2/cron/stop': 'COMMAND',
  '/api/v2/cron/delete': 'COMMAND',
  '/api/v2/cron/detail': ['VIEW', 'RUN', 'SCHEDULE'],
  '/api/v2/cron/info': ['VIEW', 'RUN', 'SCHEDULE'],
  '/api/v2/info/app': 'ANYBODY',
  '/api/v2/info/apps': 'ANYBODY',
  '/api/v2/info/agents': ['RUN'],
  '/api/v2/info/agents/detail': ['RUN'],
}

async function center() {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  await commands.addAgent(agentId, ip)
  const schedule = (id: string, app: string) => {
    const settings = { agent: ip, agentId, app, func: 'f', param: null, processor: false, proxy: null, timeoutMs: 1_000, rule: common.rule }
    return { id, state: 'RUNNING', settings }
  }
  const schedules = [schedule(cron, 'apptest'), schedule(otherCron, 'other')]
  const inMemory = memoryReadModels(store, {
    schedules: {
      byId: async (id: string) => schedules.find((one) => one.id === id) ?? null,
      list: async () => ({ edges: schedules.map((node) => ({ node })), unreadable: [], hasNextPage: false, endCursor: null }),
      lastEndedTask: async () => null,
    },
    queues: { byId: async (id: string) => ([queue, empty].includes(id) ? { id, app: 'apptest' } : null) },
  })
  const noTasks = { edges: [], unreadable: [], hasNextPage: false, endCursor: null, bytes: 0 }
  const readModels: ReadModels = {
    ...inMemory,
    // All tasks here are of the queue.
    tasks: async ({ queues, ...filter }, page) => (queues?.includes(empty) ? noTasks : inMemory.tasks(filter, page)),
  }
  const caughtUp = () => waitFor(async () => (await readModels.position()) === (await store.head()))
  const asked: string[] = []
  const refusal = { code: 'FORBIDDEN', message: 'no', field: null } as const
  const called = ({ name }: { readonly name: string }) => {
    asked.push(name)
    return { events: [], position: null, refusal }
  }
  const checked = { head: commands.head, call: async (command: never) => called(command), runTasks: async () => [called({ name: 'runTasks' })] }
  const readPosition = { reached: async () => undefined }
  const log = new AccessLog({ readModels, readPosition, commands, logger: silentLogger })
  const access = new ReadAccess({
    log,
    readModels,
    reached: async () => undefined,
    commands: checked as never,
    hasSupervisor: true,
    logger: silentLogger,
  })
  const services = {
    commands: checked,
    readModels,
    readPosition,
    authKeys: { appOf: async () => null },
    access,
    timeZone: 'UTC',
  } as never as RestServices
  let grants = 0
  return {
    asked,
    log,
    /** Makes a task of the queue; returns its id. */
    async task(app: string): Promise<string> {
      const settings = { agent: agentId, app, func: 'f' }
      const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', metadata: {} } as const
      const [answer] = await commands.runTasks(caller, [{ ...settings, wait: true }])
      if (!answer || answer.refusal) throw new Error('no task')
      await caughtUp()
      return answer.taskId
    },
    async allow(key: string, permission: Permission, over: Partial<typeof everything> = {}): Promise<void> {
      const settings = { subjectKind: 'AUTH_KEY', subjectId: key, permission, ...everything, ...over, expiresAt: null, idempotencyKey: null }
      await commands.append(`grant-${++grants}`, [{ type: 'GrantGiven', data: settings } as never])
      await caughtUp()
      await log.refreshed()
    },
    async key(key: string): Promise<void> {
      await commands.append(`authkey-${key}`, [{ type: 'AuthKeyCreated', data: { name: key, app: null, secretId: 's', idempotencyKey: null } }])
    },
    async get(key: string, path: string, parameters: Readonly<Record<string, string>>): Promise<{ flag: string; error: string; result: unknown }> {
      const caller = { actor: { kind: 'AUTH_KEY', id: key, name: null }, correlationId: 'c', metadata: {} } as const
      const answer = await restEndpoints.get(path)?.answer(services, caller, new Map(Object.entries(parameters)))
      return JSON.parse(answer ?? '{}')
    },
  }
}

test('each endpoint says who may use it', () => {
  expect(Object.fromEntries([...restEndpoints].map(([path, endpoint]) => [path, endpoint.needs]))).toEqual(needs)
})

test.each(Object.entries(needs).filter(([, needed]) => needed === 'COMMAND'))(
  '%s asks command-service, and answers its FORBIDDEN as 401.6',
  async (path) => {
    const { get, asked, log } = await center()
    const answer = await get('K', path, { ...common, cron_id: cron, queue_id: queue })
    expect(answer.error).toBe('[401.6]Unauthorized AuthId Permission Denied')
    expect(asked).toHaveLength(1)
    log.stop()
  },
)

test.each(['/api/v2/cron/detail', '/api/v2/cron/info'])('%s tells of a cron only who may view, run or schedule its tasks', async (path) => {
  const { get, key, allow, log } = await center()
  await key('none')
  expect((await get('none', path, { cron_id: cron })).error).toBe(unknownCron)
  for (const permission of permissions) {
    await key(permission)
    await allow(permission, permission, { apps: ['apptest'] })
    const isRead = (needs[path] as readonly string[]).includes(permission)
    expect([permission, (await get(permission, path, { cron_id: cron })).error]).toEqual([permission, isRead ? '' : unknownCron])
    expect([permission, (await get(permission, path, { cron_id: otherCron })).error]).toEqual([permission, unknownCron])
  }
  log.stop()
})

test('queue/result tells of a queue only who may view or run each of its tasks', async () => {
  const { get, key, allow, task, log } = await center()
  const path = '/api/v2/queue/result'
  const one = await task('apptest')
  await key('none')
  for (const id of [queue, empty]) expect((await get('none', path, { queue_id: id })).error).toBe(unknownQueue)
  for (const permission of permissions) {
    await key(permission)
    await allow(permission, permission, { apps: ['apptest'] })
    const isRead = (needs[path] as readonly string[]).includes(permission)
    for (const id of [queue, empty]) expect([permission, (await get(permission, path, { queue_id: id })).flag]).toEqual([permission, String(isRead)])
  }
  expect(Object.keys((await get('RUN', path, { queue_id: queue })).result as object)).toEqual([one])
  await task('other')
  expect((await get('RUN', path, { queue_id: queue })).error).toBe(unknownQueue)
  log.stop()
})

test('info/agents/detail leaves out the crons of which the key may not read', async () => {
  const { get, key, allow, log } = await center()
  const path = '/api/v2/info/agents/detail'
  await key('K')
  await allow('K', 'RUN', { apps: ['apptest'] })
  expect((await get('K', path, { ip, showcron: 'true' })).result).toMatchObject({ ip, cron_list: [cron] })
  await allow('K', 'RUN', { apps: ['other'] })
  expect((await get('K', path, { ip, showcron: 'true' })).result).toMatchObject({ cron_list: [otherCron, cron] })
  log.stop()
})

test('info/agents lists the agents on which the key may run something', async () => {
  const { get, key, allow, log } = await center()
  await key('K')
  await allow('K', 'VIEW')
  expect((await get('K', '/api/v2/info/agents', {})).result).toEqual([])
  await allow('K', 'RUN', { agents: 'zone=b' })
  expect((await get('K', '/api/v2/info/agents', {})).result).toEqual([])
  await allow('K', 'RUN', { agents: 'zone=a' })
  expect((await get('K', '/api/v2/info/agents', {})).result).toEqual([ip])
  log.stop()
})
