import type { Actor } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRejection } from '../domain/decision.ts'
import { type GrantCommand, grantAggregate, type Subject, subjectKinds } from '../domain/grant/grant.ts'
import { permissions } from '../domain/permissions.ts'
import { type RoleCommand, roleAggregate } from '../domain/role/role.ts'
import { covers, everywhere } from '../domain/scope.ts'
import type { SelectableAgent } from '../domain/selectors/selector.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { formatPosition } from '../eventing/position.ts'
import { type AccessState, accessOf } from './access-state.ts'
import { type AskedAgent, type AskedFor, decide, decideOver, whoCan } from './decide.ts'
import { accessSentence, grantSentence } from './sentences.ts'

const admin: Actor = { kind: 'USER', id: 'U-ADMIN', name: 'admin' }

/** A log in memory: each event is an hour after the last. */
class Story {
  readonly events: RecordedEvent[] = []
  readonly #versions = new Map<string, number>()

  now(): number {
    return Date.UTC(2026, 0, 1) + this.events.length * 3_600_000
  }

  tell(stream: string, event: { readonly type: string; readonly data: unknown }, actor: Actor = admin): this {
    const version = (this.#versions.get(stream) ?? -1) + 1
    this.#versions.set(stream, version)
    const position = formatPosition('abcdef01', this.events.length + 1)
    const context = { actor, correlationId: 'c', causationId: null, metadata: {} }
    const recorded = { id: position, stream, version, position, recordedAt: this.now(), event, context }
    this.events.push(recorded as unknown as RecordedEvent)
    return this
  }

  user(name: string, ...roles: string[]): this {
    return this.tell(`user-U-${name.toUpperCase()}`, { type: 'UserCreated', data: { name, displayName: name, roles } })
  }

  key(id: string, name: string): this {
    return this.tell(`authkey-${id}`, { type: 'AuthKeyCreated', data: { name, app: null, secretId: 's', idempotencyKey: null } })
  }

  grant(id: string, subject: Subject, permission: string, over: Partial<typeof everywhere> & { expiresAt?: number } = {}): this {
    const data = { subjectKind: subject.kind, subjectId: subject.id, permission, expiresAt: null, idempotencyKey: null, ...everywhere, ...over }
    return this.tell(`grant-${id}`, { type: 'GrantGiven', data })
  }

  get state(): AccessState {
    return accessOf(this.events)
  }
}

const alice: Subject = { kind: 'USER', id: 'U-ALICE' }
const agent = (name: string, labels: Record<string, string>): AskedAgent => ({
  name,
  known: { id: name, ip: '10.0.0.1', name, platform: 'linux-x64', version: '1', apps: [], labels } satisfies SelectableAgent,
})

test('allows nothing that no role and no grant allows', () => {
  const { state } = new Story().user('alice')
  for (const permission of permissions) {
    expect(decide(state, alice, permission, {}, 0).isAllowed).toBe(false)
    expect(decide(state, { kind: 'USER', id: 'nobody' }, permission, {}, 0).isAllowed).toBe(false)
    expect(whoCan(state, permission, {}, 0)).toEqual([])
  }
})

test('the built-in roles allow what they say, everywhere', () => {
  const allowed = (role: string) => {
    const { state } = new Story().user('alice', role)
    return permissions.filter((permission) => decideOver(state, alice, permission, everywhere, 0).isAllowed)
  }
  expect(allowed('admin')).toEqual(permissions)
  expect(allowed('operator')).toEqual(['VIEW', 'RUN', 'APPROVE', 'CANCEL', 'SCHEDULE'])
  expect(allowed('developer')).toEqual(['VIEW', 'RUN', 'CANCEL', 'MANAGE_APPS'])
  expect(allowed('auditor')).toEqual(['VIEW', 'AUDIT'])
  expect(allowed('unknown')).toEqual([])
})

test('a grant allows its app, its function and the agents that its selector selects', () => {
  const { state } = new Story().user('alice').grant('G', alice, 'RUN', { apps: ['nginx'], funcs: ['reload'], agents: 'env=prod' })
  const may = (asked: AskedFor) => decide(state, alice, 'RUN', asked, 0).isAllowed
  const prod = agent('web-1', { env: 'prod' })
  expect(may({ app: 'nginx', func: 'reload', agent: prod })).toBe(true)
  expect(may({ app: 'mysql', func: 'reload', agent: prod })).toBe(false)
  expect(may({ app: 'nginx', func: 'stop', agent: prod })).toBe(false)
  expect(may({ app: 'nginx', func: 'reload', agent: agent('web-2', { env: 'test' }) })).toBe(false)
  expect(may({ app: 'nginx', func: 'reload', agent: { name: '10.9.9.9', known: null } })).toBe(false)
  expect(may({})).toBe(true)
})

test('a grant ends when it expires, when it is revoked, and when its user is disabled', () => {
  const story = new Story().user('alice')
  const [expires] = [story.now() + 5_000]
  story.grant('G', alice, 'RUN', { expiresAt: expires })
  const may = (at = 0) => decide(story.state, alice, 'RUN', {}, at).isAllowed
  expect(may(expires - 1)).toBe(true)
  expect(may(expires)).toBe(false)
  story.tell('user-U-ALICE', { type: 'UserDisabled', data: { reason: null } })
  expect(may()).toBe(false)
  story.tell('user-U-ALICE', { type: 'UserEnabled', data: {} })
  expect(may()).toBe(true)
  story.tell('grant-G', { type: 'GrantRevoked', data: { reason: null } })
  expect(may()).toBe(false)
})

test('an auth key has only its grants, and none when it is revoked', () => {
  const key: Subject = { kind: 'AUTH_KEY', id: 'K' }
  const story = new Story().grant('G', key, 'RUN')
  expect(decide(story.state, key, 'RUN', {}, 0).isAllowed).toBe(false)
  story.key('K', 'deploy script')
  expect(decide(story.state, key, 'RUN', {}, 0).isAllowed).toBe(true)
  story.tell('authkey-K', { type: 'AuthKeyRevoked', data: { reason: null } })
  expect(decide(story.state, key, 'RUN', {}, 0).isAllowed).toBe(false)
})

test('a role that is changed or deleted is so at once for all who have it', () => {
  const story = new Story().user('alice', 'ops')
  const settings = { ...everywhere, description: '', permissions: ['RUN'] }
  story.tell('role-ops', { type: 'RoleCreated', data: settings })
  expect(decide(story.state, alice, 'RUN', {}, 0).isAllowed).toBe(true)
  story.tell('role-ops', { type: 'RoleChanged', data: { ...settings, permissions: ['VIEW'] } })
  expect(decide(story.state, alice, 'RUN', {}, 0).isAllowed).toBe(false)
  expect(decide(story.state, alice, 'VIEW', {}, 0).isAllowed).toBe(true)
  story.tell('role-ops', { type: 'RoleDeleted', data: {} })
  expect(decide(story.state, alice, 'VIEW', {}, 0).isAllowed).toBe(false)
})

test('a scope covers what is narrower by its words, and never what selects more', () => {
  const over = (agents: string) => ({ ...everywhere, agents })
  expect(covers(over(''), over('env=prod'))).toBe(true)
  expect(covers(over('env=prod'), over('region=eu, env = prod'))).toBe(true)
  expect(covers(over('env=prod'), over('env=test'))).toBe(false)
  expect(covers(over('env=prod'), over(''))).toBe(false)
  expect(covers({ ...everywhere, apps: ['a', 'b'] }, { ...everywhere, apps: ['b'] })).toBe(true)
  expect(covers({ ...everywhere, apps: ['a'] }, everywhere)).toBe(false)
})

test('says why in English and Chinese', () => {
  const story = new Story().user('alice', 'auditor').user('bob')
  story.grant('G', alice, 'RUN', { apps: ['nginx'], funcs: ['reload'], agents: 'env=prod' })
  const { state } = story
  const asked = { app: 'nginx', func: 'reload', agent: agent('web-1', { env: 'prod' }) }
  const told = (subject: Subject, permission: (typeof permissions)[number]) => {
    const decision = decide(state, subject, permission, asked, 0)
    return (['EN', 'ZH'] as const).map((language) => accessSentence(state, { subject, permission, asked, decision }, language))
  }
  const given = 'given by admin at 2026-01-01T02:00:00.000Z'
  expect(told(alice, 'RUN')).toEqual([
    `User alice may run function reload of app nginx on agent web-1, because user alice may run function reload of app nginx on agents env=prod (${given}).`,
    '用户 alice 可以运行函数 reload 应用 nginx ，代理 web-1，因为用户 alice 可以运行函数 reload 应用 nginx ，代理（env=prod）（由 admin 于 2026-01-01T02:00:00.000Z 授予）。',
  ])
  expect(told(alice, 'VIEW')[0]).toBe(
    'User alice may see app nginx on agent web-1, because role auditor may see all apps on all agents (a permission of that role).',
  )
  expect(told({ kind: 'USER', id: 'U-BOB' }, 'RUN')).toEqual([
    'User bob may not run function reload of app nginx on agent web-1: no role and no grant allows it.',
    '用户 bob 不可以运行函数 reload 应用 nginx ，代理 web-1：没有任何角色或授权允许。',
  ])
  const [grant] = state.grantsOf(alice)
  expect(grant && grantSentence(state, grant, 'EN')).toBe(`User alice may run function reload of app nginx on agents env=prod (${given}).`)
})

test('a grant over secrets is over these, in tasks of these apps, and says so', () => {
  const { state } = new Story()
    .user('alice')
    .grant('G', alice, 'USE_SECRETS', { apps: ['nginx'], secrets: ['db', 'k'] })
    .grant('M', alice, 'MANAGE_SECRETS')
  const may = (secret: string, app: string) => decide(state, alice, 'USE_SECRETS', { secret, app }, 0).isAllowed
  expect([may('db', 'nginx'), may('k', 'nginx'), may('db', 'mysql'), may('other', 'nginx')]).toEqual([true, true, false, false])
  expect(decide(state, alice, 'MANAGE_SECRETS', { secret: 'other' }, 0).isAllowed).toBe(true)
  expect(decideOver(state, alice, 'USE_SECRETS', everywhere, 0).isAllowed).toBe(false)
  const [use, manage] = state.grantsOf(alice)
  if (!use || !manage) throw new Error('no grants')
  expect(grantSentence(state, use, 'EN')).toMatch(/^User alice may use secret db, k in tasks of app nginx \(given/)
  expect(grantSentence(state, use, 'ZH')).toMatch(/^用户 alice 可以使用机密 db, k （用于应用 nginx的任务）/)
  expect(grantSentence(state, manage, 'EN')).toMatch(/^User alice may manage all secrets \(given/)
})

const someNames = ['nginx', 'mysql', '*']
const someSelectors = ['', 'env=prod', 'env=test', 'env=prod,region=eu', '!canary']
const scopes = fc.record({
  apps: fc.subarray(someNames, { minLength: 1 }),
  funcs: fc.subarray(['reload', 'stop', '*'], { minLength: 1 }),
  agents: fc.constantFrom(...someSelectors),
  secrets: fc.subarray(['db', '*'], { minLength: 1 }),
})
const steps = fc.oneof(
  fc.record({
    kind: fc.constant('give'),
    id: fc.nat(9),
    subject: fc.nat(8),
    permission: fc.constantFrom('RUN', 'VIEW'),
    scope: scopes,
    hours: fc.option(fc.nat(20)),
  }),
  fc.record({ kind: fc.constant('revoke'), id: fc.nat(9) }),
  fc.record({
    kind: fc.constant('role'),
    name: fc.constantFrom('ops', 'night'),
    type: fc.constantFrom('CreateRole', 'UpdateRole', 'DeleteRole'),
    scope: scopes,
  }),
  fc.record({ kind: fc.constant('roles'), user: fc.nat(2), roles: fc.subarray(['ops', 'night', 'operator']) }),
  fc.record({ kind: fc.constant('enabled'), user: fc.nat(2), isEnabled: fc.boolean() }),
  fc.record({ kind: fc.constant('key'), id: fc.nat(2) }),
)
const userNames = ['alice', 'bob', 'carol']
const subjects: readonly Subject[] = [
  ...userNames.map((name): Subject => ({ kind: 'USER', id: `U-${name.toUpperCase()}` })),
  ...['ops', 'night', 'operator'].map((id): Subject => ({ kind: 'ROLE', id })),
  ...['K1', 'K2', 'K3'].map((id): Subject => ({ kind: 'AUTH_KEY', id })),
]
const hosts = [agent('web-1', { env: 'prod', region: 'eu' }), agent('web-2', { env: 'test', canary: 'yes' }), agent('db-1', {})]

test('who could run what at a moment, folded from the events until then, is what the decision said at that moment', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 5, maxLength: 40 }), (taken) => {
      const story = new Story().user('alice').user('bob', 'operator').user('carol').key('K1', 'one').key('K2', 'two').key('K3', 'three')
      const live = accessOf(story.events)
      const said: { at: number; told: unknown }[] = []
      for (const step of taken) {
        const before = story.events.length
        take(story, step as Step)
        for (const event of story.events.slice(before)) live.apply(event)
        // Between this event and the next one.
        const at = story.now() - 1_800_000
        said.push({ at, told: answers((subject, asked) => decide(live, subject, 'RUN', asked, at).isAllowed) })
      }
      for (const { at, told } of said) {
        const then = accessOf(story.events.filter(({ recordedAt }) => recordedAt <= at))
        const could = answers((subject, asked) => whoCan(then, 'RUN', asked, at).some((one) => one.subject.id === subject.id))
        expect(could).toEqual(told)
      }
    }),
    { numRuns: 25 },
  )
})

type Step = {
  readonly [Name in 'kind' | 'name' | 'type' | 'permission']: string
} & { id: number; subject: number; scope: typeof everywhere; hours: number | null; user: number; roles: string[]; isEnabled: boolean }

/** Decides a step as the write side does, by the aggregate over its own stream. */
function take(story: Story, step: Step): void {
  switch (step.kind) {
    case 'give': {
      const { kind: subjectKind, id: subjectId } = subjects[step.subject] as Subject
      const expiresAt = step.hours === null ? null : story.now() + step.hours * 3_600_000 + 1
      const settings = { subjectKind, subjectId, permission: step.permission, expiresAt, ...step.scope }
      decideGrant(story, step.id, { type: 'GiveGrant', settings, idempotencyKey: null, now: story.now() })
      return
    }
    case 'revoke':
      decideGrant(story, step.id, { type: 'RevokeGrant', reason: null })
      return
    case 'role':
      decideRole(story, step.name, {
        type: step.type,
        name: step.name,
        settings: { description: '', permissions: ['RUN'], ...step.scope },
      } as RoleCommand)
      return
    case 'roles':
      story.tell(`user-U-${userNames[step.user]?.toUpperCase()}`, { type: 'UserChanged', data: { displayName: 'x', roles: step.roles } })
      return
    case 'enabled':
      story.tell(
        `user-U-${userNames[step.user]?.toUpperCase()}`,
        step.isEnabled ? { type: 'UserEnabled', data: {} } : { type: 'UserDisabled', data: { reason: null } },
      )
      return
    case 'key':
      story.tell(`authkey-K${step.id + 1}`, { type: 'AuthKeyRevoked', data: { reason: null } })
  }
}

function decideGrant(story: Story, id: number, command: GrantCommand): void {
  const { decider, streamOf } = grantAggregate
  const stream = streamOf(String(id))
  const own = story.events.filter((event) => event.stream === stream)
  const events = decider.decide(
    command,
    own.reduce((state, { event }) => decider.evolve(state, event as never), decider.initialState),
  )
  if (!isRejection(events)) for (const event of events) story.tell(stream, event)
}

function decideRole(story: Story, name: string, command: RoleCommand): void {
  const { decider, streamOf } = roleAggregate
  const stream = streamOf(name)
  const own = story.events.filter((event) => event.stream === stream)
  const events = decider.decide(
    command,
    own.reduce((state, { event }) => decider.evolve(state, event as never), decider.initialState),
  )
  if (!isRejection(events)) for (const event of events) story.tell(stream, event)
}

/** Asks for each user and key, for some things. Roles are no answer to "who". */
function answers(isAllowed: (subject: Subject, asked: AskedFor) => boolean): readonly boolean[] {
  const asked = hosts.flatMap((host) => ['nginx', 'mysql'].flatMap((app) => ['reload', 'stop'].map((func): AskedFor => ({ app, func, agent: host }))))
  return subjects.filter(({ kind }) => kind !== 'ROLE').flatMap((subject) => asked.map((one) => isAllowed(subject, one)))
}

test('knows of every kind of subject', () => {
  expect(new Set(subjects.map(({ kind }) => kind))).toEqual(new Set(subjectKinds))
})
