import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import { type AnyCommand, type Caller, requestOf } from '@elves/core/command-api/command.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { fireSchedule } from '@elves/core/command-api/fire-schedule.ts'
import { releaseAppVersion } from '@elves/core/command-api/release-app-version.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { updateSchedule } from '@elves/core/command-api/update-schedule.ts'
import { appStream } from '@elves/core/domain/app/app.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import { everywhere } from '@elves/core/domain/scope.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { requested } from '@elves/core/domain/task/testing.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { expect, test } from 'vitest'
import { QueueAdders } from '../queues/queue-adders.ts'
import { allowedFires } from '../scheduler/allowed-fires.ts'
import type { DuePeriod } from '../scheduler/periods-table.ts'
import { AccessRules } from './access-rules.ts'
import { KnownAccess } from './known-access.ts'
import { things } from './things.ts'

/** Who refers to a secret needs USE_SECRETS for it and for the app, beside the permission of the command. */

const id = '0000000000000001'
const agent = '10.0.0.1'
const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const caller: Caller = { actor: { kind: 'USER', id: 'U', name: 'u' }, correlationId: 'c', metadata: {} }
const param = '{"password":{"$secret":"db"}}'
const manifest = JSON.stringify({ worker: { env: { A: 'text', B: { $secret: 'db' } } } })
const [queue, schedule] = [queueAggregate.streamOf(id), scheduleAggregate.streamOf(id)]
const settings = {
  name: 'n',
  rule: '0 0 0 * * ?',
  timeZone: 'UTC',
  startsAt: null,
  endsAt: null,
  misfire: 'SKIP',
  misfireGraceMs: 0,
  overlap: 'ALLOW',
  agentId: 'a'.repeat(32),
  agent,
  app: 'shop',
  func: 'f',
  param: inlineValue(param),
  proxy: null,
  processor: false,
  timeoutMs: 0,
  startWithinMs: 0,
  retry: null,
} as const

const past: readonly (readonly [string, DomainEvent])[] = [
  [queue, { type: 'QueueCreated', data: { name: null, app: 'shop', idempotencyKey: null, requestHash: 'h' } }],
  [
    schedule,
    { type: 'ScheduleCreated', data: { ...settings, isPaused: false, since: 0, idempotencyKey: null, requestHash: 'h' } } as unknown as DomainEvent,
  ],
  [appStream('shop'), { type: 'AppCreated', data: { app: 'shop', displayName: '', description: '' } } as unknown as DomainEvent],
  [
    appStream('shop'),
    { type: 'AppVersionUploaded', data: { app: 'shop', version: '1', sha256: '', bytes: 1, unpackedBytes: 1, files: 1, manifest } } as DomainEvent,
  ],
]

const task = { agent, app: 'shop', func: 'f', param }
const rule = { rule: '0 0 0 * * ?', timeZone: 'UTC' }
const requests: readonly (readonly [string, AnyCommand, object])[] = [
  ['a task', runTask, task],
  ['a task of a new queue', createQueue, { app: 'shop', tasks: [{ ...task, app: null }] }],
  ['a task that a queue gets', addQueueTasks, { queue: id, tasks: [{ ...task, app: null }] }],
  ['a schedule', createSchedule, { ...rule, ...task }],
  ['a schedule that gets a parameter', updateSchedule, { schedule: id, param }],
  ['a schedule whose parameter comes to another app', updateSchedule, { schedule: id, app: 'shop' }],
  ['a schedule that gets another name', updateSchedule, { schedule: id, name: 'other' }],
  ['a schedule that gets another agent', updateSchedule, { schedule: id, agent: '10.0.0.2' }],
  ['a schedule that somebody else lets fire', resumeSchedule, { schedule: id }],
  ['a schedule that somebody fires', fireSchedule, { schedule: id }],
  ['a version whose manifest refers to one', releaseAppVersion, { app: 'shop', version: '1' }],
]

async function codeOf(command: AnyCommand, request: object, over: object | null, scopes: readonly string[] | null = null): Promise<string> {
  const refusal = await (await rulesWith(over)).refusalOf({ ...caller, scopes }, command, requestOf(command, request as never))
  return refusal ? said(refusal.rejected, refusal.message) : 'ALLOWED'
}

/** The code with the permission that is missing, else with what the refusal says. */
function said(code: string, message: string): string {
  return `${code} ${/\((\w+)\)/.exec(message)?.[1] ?? message}`
}

/** The rules where the user may do all but use secrets, which he may over this. */
async function rulesWith(over: object | null): Promise<AccessRules> {
  const store = memoryEventStore()
  for (const [stream, event] of past) {
    const known = (await store.readStream(stream)).length
    await store.append([{ stream, expectedVersion: known - 1, events: [{ id: crypto.randomUUID(), event, context }] }])
  }
  const given = (grant: string, permission: string, scope: object): RecordedEvent => {
    const data = { subjectKind: 'USER', subjectId: 'U', permission, expiresAt: null, idempotencyKey: null, ...everywhere, ...scope }
    return recorded(`grant-${grant}`, 'GrantGiven', data)
  }
  const events = [
    recorded('user-U', 'UserCreated', { name: 'u', displayName: 'u', roles: [] }),
    ...['RUN', 'SCHEDULE', 'MANAGE_APPS'].map((permission) => given(permission, permission, {})),
    ...(over ? [given('S', 'USE_SECRETS', over)] : []),
  ]
  const directory = { find: async () => null } as never
  return new AccessRules({
    known: new KnownAccess({ readEvents: async () => events }),
    things: things({ store, aggregates: openAggregates({ store, cacheSize: 100 }), agents: directory }),
    denials: { tell() {} } as never,
    hasSupervisor: true,
  })
}

let position = 0
function recorded(stream: string, type: string, data: object): RecordedEvent {
  position += 1
  const at = formatPosition('abcdef01', position)
  return { id: at, stream, version: 0, position: at, recordedAt: position, event: { type, data }, context } as unknown as RecordedEvent
}

test.each(requests)('%s needs the secret for the app', async (_name, command, request) => {
  expect(await codeOf(command, request, null)).toBe('FORBIDDEN USE_SECRETS')
  expect(await codeOf(command, request, { secrets: ['other'] })).toBe('FORBIDDEN USE_SECRETS')
  expect(await codeOf(command, request, { secrets: ['db'], apps: ['other'] })).toBe('FORBIDDEN USE_SECRETS')
  expect(await codeOf(command, request, { secrets: ['db'], apps: ['shop'] })).toBe('ALLOWED')
  const scopes = ['RUN', 'SCHEDULE', 'MANAGE_APPS']
  expect(await codeOf(command, request, {}, scopes)).toContain('the access token is not for USE_SECRETS')
})

test('what refers to none needs none', async () => {
  expect(await codeOf(runTask, { ...task, param: '{"$$secret":"db"}' }, null)).toBe('ALLOWED')
  expect(await codeOf(updateSchedule, { schedule: id, param: '1' }, null)).toBe('ALLOWED')
  expect(await codeOf(releaseAppVersion, { app: 'shop', version: '2' }, null)).toBe('ALLOWED')
})

test('a schedule fires as long as who lets it may use its secrets', async () => {
  const period = { scheduleId: id, madeBy: caller.actor, settings } as unknown as DuePeriod
  const fire = async (over: object | null) => {
    const [fired] = await allowedFires({ store: memoryEventStore(), access: await rulesWith(over) }).of([period])
    return fired?.refusal ? said(fired.refusal.code, fired.refusal.message) : 'ALLOWED'
  }
  expect(await fire(null)).toBe('FORBIDDEN USE_SECRETS')
  expect(await fire({ secrets: ['db'] })).toBe('ALLOWED')
})

test('a queue runs as long as who added its tasks may use the secrets of each of them', async () => {
  const store = memoryEventStore()
  const taskIds = Array.from({ length: 250 }, (_, nr) => nr.toString(16).toUpperCase().padStart(16, '0'))
  const tasks = taskIds.map((taskId) => ({ taskId, key: null, parents: [] }))
  const added: DomainEvent = { type: 'QueueTasksAdded', data: { tasks, idempotencyKey: null, requestHash: null } }
  const requestedWith = (text: string | null) =>
    ({ ...requested, data: { ...requested.data, app: 'shop', param: text && inlineValue(text) } }) as DomainEvent
  const ofTasks = taskIds.map((taskId, nr) => [taskStream(taskId), requestedWith(nr === 249 ? param : null)] as const)
  for (const [stream, event] of [[queue, added] as const, ...ofTasks]) {
    const by = { ...context, actor: { kind: 'USER', id: 'U', name: null } } as const
    await store.append([{ stream, expectedVersion: -1, events: [{ id: crypto.randomUUID(), event, context: by }] }])
  }
  const committed = async (over: object | null) => {
    const no = await new QueueAdders({ store, access: await rulesWith(over) }).refusal({ ...caller, actor: context.actor }, id)
    return no ? said(no.rejected, no.message) : 'ALLOWED'
  }
  expect(await committed(null)).toBe('FORBIDDEN USE_SECRETS')
  expect(await committed({ secrets: ['db'] })).toBe('ALLOWED')
})
