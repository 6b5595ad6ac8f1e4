import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyCommand, Caller } from '@elves/core/command-api/command.ts'
import { permissions } from '@elves/core/domain/permissions.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import { beforeAll, expect, test } from 'vitest'
import { AccessRules } from './access-rules.ts'
import { KnownAccess } from './known-access.ts'

const commandApi = join(import.meta.dirname, '../../core/command-api')
/** Who has which permission over everything, written down once more. */
const rolesWith: Readonly<Record<string, readonly string[]>> = {
  VIEW: ['admin', 'operator', 'developer', 'auditor'],
  RUN: ['admin', 'operator', 'developer'],
  APPROVE: ['admin', 'operator'],
  CANCEL: ['admin', 'operator', 'developer'],
  SCHEDULE: ['admin', 'operator'],
  MANAGE_APPS: ['admin', 'developer'],
  MANAGE_AGENTS: ['admin'],
  MANAGE_ACCESS: ['admin'],
  AUDIT: ['admin', 'auditor'],
  USE_SECRETS: ['admin'],
  MANAGE_SECRETS: ['admin'],
}
const roles = ['admin', 'operator', 'developer', 'auditor']
const now = 1_000_000
const scope = { apps: ['*'], funcs: ['*'], agents: '', secrets: ['*'] }

let commands: readonly AnyCommand[]
beforeAll(async () => {
  const files = readdirSync(commandApi).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((file) => import(join(commandApi, file)) as Promise<Record<string, unknown>>))
  const isCommand = (value: unknown): value is AnyCommand => typeof value === 'object' && value !== null && 'path' in value && 'subject' in value
  commands = modules.flatMap((module) => Object.values(module)).filter(isCommand)
})

function told(...events: readonly [string, string, object][]): RecordedEvent[] {
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} }
  const versions = new Map<string, number>()
  return events.map(([stream, type, data], index) => {
    const version = (versions.get(stream) ?? -1) + 1
    versions.set(stream, version)
    const position = formatPosition('abcdef01', index + 1)
    return { id: position, stream, version, position, recordedAt: index, event: { type, data }, context } as unknown as RecordedEvent
  })
}

function rulesOf(events: readonly RecordedEvent[]) {
  const denied: string[] = []
  const rules = new AccessRules({
    known: new KnownAccess({ readEvents: async () => events }),
    things: {
      of: async () => [],
      ofSecrets: async () => [],
      agent: async (name) => ({ name, known: null }),
      agentWith: async (name) => ({ name, known: null }),
      observe() {},
      unreadable() {},
    },
    denials: { tell: (_caller: Caller, { command }: { readonly command: string }) => denied.push(command) } as never,
    hasSupervisor: true,
    now: () => now,
  })
  // Secrets that a request refers to have a test of their own.
  const may = async (caller: Caller, { secrets: _, ...command }: AnyCommand, request: object = {}) =>
    (await rules.refusalOf(caller, command, request))?.rejected ?? 'ALLOWED'
  return { may, denied }
}

const user: Caller = { actor: { kind: 'USER', id: 'U', name: 'u' }, correlationId: 'c', metadata: {} }
const created = (...own: string[]): [string, string, object] => ['user-U', 'UserCreated', { name: 'u', displayName: 'u', roles: own }]
const given = (permission: string, changes: object = {}): [string, string, object] => {
  return ['grant-G', 'GrantGiven', { subjectKind: 'USER', subjectId: 'U', permission, ...scope, expiresAt: null, idempotencyKey: null, ...changes }]
}

test('every command that needs a permission is refused to nobody, to a user without a role, and to a kind that is not known', async () => {
  const { may, denied } = rulesOf(told(created()))
  const unknown: Caller[] = [
    user,
    { ...user, actor: { kind: 'USER', id: 'nobody', name: null } },
    { ...user, actor: { kind: 'UNKNOWN', id: 'x', name: null } },
    { ...user, actor: { kind: 'AUTH_KEY', id: 'x', name: null } },
  ]
  const guarded = commands.filter(({ permission }) => permission !== null)
  expect(guarded.length).toBeGreaterThan(40)
  for (const command of guarded) for (const caller of unknown) expect([command.name, await may(caller, command)]).toEqual([command.name, 'FORBIDDEN'])
  expect(denied).toHaveLength(guarded.length * unknown.length)
})

test('the local admin, agents, schedules and the platform itself pass', async () => {
  const { may } = rulesOf([])
  for (const kind of ['LOCAL', 'AGENT', 'SCHEDULE', 'SYSTEM'] as const) {
    for (const command of commands) expect(await may({ ...user, actor: { kind, id: 'x', name: null } }, command)).toBe('ALLOWED')
  }
})

test.each(roles)('a user of role %s may send what the permissions of the role say, and nothing else', async (role) => {
  const { may } = rulesOf(told(created(role)))
  for (const command of commands) {
    const isAllowed = command.permission === null || rolesWith[command.permission]?.includes(role)
    expect([command.name, await may(user, command)]).toEqual([command.name, isAllowed ? 'ALLOWED' : 'FORBIDDEN'])
  }
})

test.each(permissions)('a grant of %s allows the commands that need it, until it expires or is revoked, and no others', async (permission) => {
  const fitting = rulesOf(told(created(), given(permission)))
  const expired = rulesOf(told(created(), given(permission, { expiresAt: now })))
  const revoked = rulesOf(told(created(), given(permission), ['grant-G', 'GrantRevoked', { reason: null }]))
  const disabled = rulesOf(told(created(), given(permission), ['user-U', 'UserDisabled', { reason: null }]))
  for (const command of commands.filter((one) => one.permission !== null)) {
    expect([command.name, await fitting.may(user, command)]).toEqual([command.name, command.permission === permission ? 'ALLOWED' : 'FORBIDDEN'])
    for (const { may } of [expired, revoked, disabled]) expect([command.name, await may(user, command)]).toEqual([command.name, 'FORBIDDEN'])
    if (command.permission !== permission) continue
    expect(await fitting.may({ ...user, scopes: [permission] }, command)).toBe('ALLOWED')
    expect(await fitting.may({ ...user, scopes: [] }, command)).toBe('FORBIDDEN')
  }
})

test('what is about its sender only needs no permission, but no access token that is for something else may send it', async () => {
  const { may } = rulesOf(told(created()))
  const ofOneself = commands.filter(({ isOfOneself }) => isOfOneself)
  expect(ofOneself.map(({ name }) => name).sort()).toEqual(['disableSecondFactor', 'endSessions', 'revokeAccessToken'])
  for (const command of ofOneself) {
    for (const own of [null, 'U']) {
      expect(await may(user, command, { user: own })).toBe('ALLOWED')
      expect(await may({ ...user, scopes: ['VIEW'] }, command, { user: own })).toBe('FORBIDDEN')
    }
    expect(await may(user, command, { user: 'V' })).toBe('FORBIDDEN')
    expect(await may({ ...user, actor: { kind: 'AUTH_KEY', id: 'U', name: null } }, command, { user: 'U' })).toBe('FORBIDDEN')
  }
})
