import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyCommand, Caller } from '@elves/core/command-api/command.ts'
import { everywhere, type Scope } from '@elves/core/domain/scope.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import { beforeAll, expect, test } from 'vitest'
import { AccessRules } from './access-rules.ts'
import { KnownAccess } from './known-access.ts'
import type { Thing } from './things.ts'

/** Each command is held against grants over less than everything: what it is about is what a grant must be over. */

const [app, func, agent, id] = ['apptest', 'f', '10.0.0.1', '0000000000000001']

/** A grant of the permission that a command needs, and the commands on `apptest`, `f` and an agent of env=prod that it is enough for. */
const scopes = {
  exact: { apps: [app], funcs: [func], agents: 'env=prod', secrets: ['*'] },
  wholeApp: { ...everywhere, apps: [app] },
  otherApp: { ...everywhere, apps: ['other'] },
  otherAgents: { ...everywhere, agents: 'env=test' },
  everything: everywhere,
} satisfies Readonly<Record<string, Scope>>

const aTask = ['exact', 'wholeApp', 'everything']
const anApp = ['wholeApp', 'everything']
const anAgent = ['exact', 'wholeApp', 'otherApp', 'everything']
const allAgents = ['wholeApp', 'otherApp', 'everything']
const all = ['everything']
/** Grants over secrets say nothing of functions and agents. */
const aSecret = Object.keys(scopes)

/** By name: a request, and what is enough for it. */
const commandsOfAll: Readonly<Record<string, readonly [request: object, enough: readonly string[]]>> = {
  runTasks: [{ app, func, agent }, aTask],
  createSecret: [{ name: 'db' }, aSecret],
  rotateSecret: [{ name: 'db' }, aSecret],
  updateSecret: [{ name: 'db' }, aSecret],
  deleteSecret: [{ name: 'db' }, aSecret],
  cancelTask: [{ id }, aTask],
  approveTask: [{ task: id }, aTask],
  refuseTask: [{ task: id }, aTask],
  setLimit: [{ kind: 'APP', of: app }, anApp],
  removeLimit: [{ kind: 'APP', of: app }, anApp],
  setGuard: [{ app }, anApp],
  removeGuard: [{ app }, anApp],
  cancelTasks: [{ ids: [id] }, aTask],
  createQueue: [{ app, tasks: [{ app: null, func, agent }] }, aTask],
  addQueueTasks: [{ queue: id, tasks: [{ app: null, func, agent }] }, aTask],
  commitQueue: [{ queue: id }, aTask],
  stopQueue: [{ queue: id }, aTask],
  createSchedule: [{ app, func, agent }, aTask],
  updateSchedule: [{ schedule: id }, aTask],
  pauseSchedule: [{ schedule: id }, aTask],
  resumeSchedule: [{ schedule: id }, aTask],
  deleteSchedule: [{ schedule: id }, aTask],
  fireSchedule: [{ schedule: id }, aTask],
  bindApp: [{ app, agents: 'env=prod' }, aTask],
  unbindApp: [{ app, agents: 'env=prod' }, aTask],
  // An app that nobody has is on no agent.
  createApp: [{ name: app }, [...aTask, 'otherAgents']],
  updateApp: [{ app }, anApp],
  uploadAppVersion: [{ app }, anApp],
  withdrawAppVersion: [{ app }, anApp],
  releaseAppVersion: [{ app }, anApp],
  pauseRollout: [{ rollout: `${app}:1` }, anApp],
  resumeRollout: [{ rollout: `${app}:1` }, anApp],
  rollBackRollout: [{ rollout: `${app}:1` }, anApp],
  banApp: [{ app }, anApp],
  unbanApp: [{ app }, anApp],
  moveProcessor: [{ app }, anApp],
  createWebhook: [{ filter: { types: [], apps: [app], states: [], agents: [] } }, anApp],
  updateWebhook: [{ webhook: id }, anApp],
  pauseWebhook: [{ webhook: id }, anApp],
  resumeWebhook: [{ webhook: id }, anApp],
  deleteWebhook: [{ webhook: id }, anApp],
  redeliver: [{ delivery: `${id}-1` }, anApp],
  approveAgent: [{ agent }, anAgent],
  revokeAgent: [{ agent }, anAgent],
  removeAgent: [{ agent }, anAgent],
  setAgentLabels: [{ agent, labels: {} }, anAgent],
  createJoinToken: [{}, allAgents],
  revokeJoinToken: [{}, allAgents],
  createAuthKey: [{}, all],
  rotateAuthKey: [{}, all],
  revokeAuthKey: [{}, all],
}
/** What they are about is in the things that they name or give: their handlers decide. */
const decidedByHandlers = [
  ...['retryDeadLetter', 'setAsideDeadLetter', 'rebuildReadModels'],
  ...['grant', 'revokeGrant', 'createRole', 'updateRole', 'deleteRole'],
  ...[
    'createUser',
    'updateUser',
    'disableUser',
    'enableUser',
    'eraseUser',
    'resetPassword',
    'endSessions',
    'revokeAccessToken',
    'disableSecondFactor',
  ],
]

let commands: readonly AnyCommand[]
beforeAll(async () => {
  const commandApi = join(import.meta.dirname, '../../core/command-api')
  const files = readdirSync(commandApi).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((file) => import(join(commandApi, file)) as Promise<Record<string, unknown>>))
  const isCommand = (value: unknown): value is AnyCommand => typeof value === 'object' && value !== null && 'path' in value && 'subject' in value
  commands = modules.flatMap((module) => Object.values(module)).filter(isCommand)
})

const caller: Caller = { actor: { kind: 'USER', id: 'U', name: 'u' }, correlationId: 'c', metadata: {} }
const known = { id: 'a'.repeat(32), ip: agent, name: 'a', platform: 'linux-x64', version: '1', apps: [], labels: { env: 'prod' } }
const task: Thing = { asked: { app, func, agent: { name: agent, known } } }

function rulesWith(permission: string, scope: Scope): AccessRules {
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} }
  const given = { subjectKind: 'USER', subjectId: 'U', permission, ...scope, expiresAt: null, idempotencyKey: null }
  const told = [
    { stream: 'user-U', event: { type: 'UserCreated', data: { name: 'u', displayName: 'u', roles: [] } } },
    { stream: 'grant-G', event: { type: 'GrantGiven', data: given } },
  ]
  const events = told.map((one, index) => {
    const position = formatPosition('abcdef01', index + 1)
    return { ...one, id: position, version: 0, position, recordedAt: index, context } as unknown as RecordedEvent
  })
  return new AccessRules({
    known: new KnownAccess({ readEvents: async () => events }),
    // What is looked up by an id is a task of the app, or a webhook of the app.
    things: {
      async of(about) {
        if ('over' in about) return [about]
        if ('webhook' in about) return [{ over: { ...everywhere, apps: [app] } }]
        if ('task' in about || 'queue' in about || 'schedule' in about) return [task]
        const { app: named = null, func: ofFunc = null, agent: name = null } = about
        return [{ asked: { app: named, func: ofFunc, agent: name === null ? null : { name, known } } }]
      },
      ofSecrets: async () => [],
      agent: async (name) => ({ name, known }),
      agentWith: async (name) => ({ name, known }),
      observe() {},
      unreadable() {},
    },
    denials: { tell() {} } as never,
    hasSupervisor: true,
  })
}

test('each command is in the table, or is decided by its handler', () => {
  const guarded = commands.filter(({ permission }) => permission !== null).map(({ name }) => name)
  expect(guarded.toSorted()).toEqual([...Object.keys(commandsOfAll), ...decidedByHandlers].toSorted())
})

test('what is limited or guarded beyond one app takes MANAGE_ACCESS over everything', async () => {
  const beyond = [
    ['setLimit', { kind: 'APP', of: '*' }],
    ['setLimit', { kind: 'USER', of: 'u' }],
    ['removeLimit', { kind: 'AGENT', of: agent }],
    ['setGuard', { app: '*' }],
    ['removeGuard', { app: '*' }],
  ] as const
  for (const [name, request] of beyond) {
    const command = commands.find((one) => one.name === name) as AnyCommand
    for (const [over, scope] of Object.entries(scopes)) {
      const refusal = await rulesWith('MANAGE_ACCESS', scope).refusalOf(caller, command, request)
      expect([name, over, refusal?.rejected ?? 'DONE']).toEqual([name, over, over === 'everything' ? 'DONE' : 'FORBIDDEN'])
    }
  }
})

test.each(Object.entries(commandsOfAll))('%s is allowed by a grant over all that it is about, and by no other', async (name, [request, enough]) => {
  const command = commands.find((one) => one.name === name)
  if (!command?.permission) throw new Error(`no command ${name}`)
  const allowed: string[] = []
  for (const [over, scope] of Object.entries(scopes)) {
    if (!(await rulesWith(command.permission, scope).refusalOf(caller, command, request))) allowed.push(over)
  }
  expect(allowed.toSorted()).toEqual(enough.toSorted())
})
