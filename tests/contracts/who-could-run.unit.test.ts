import { AccessRules } from '@elves/command-service/access/access-rules.ts'
import { KnownAccess } from '@elves/command-service/access/known-access.ts'
import { things } from '@elves/command-service/access/things.ts'
import { whoCan } from '@elves/core/access/decide.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { grantStream, type Subject } from '@elves/core/domain/grant/grant.ts'
import { roleStream } from '@elves/core/domain/role/role.ts'
import { userStream } from '@elves/core/domain/user/user.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { AccessLog } from '@elves/query-service/access/access-log.ts'
import { agentAsOf } from '@elves/query-service/agents/past-agent.ts'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { memoryCommandApi } from '../support/memory-command-api.ts'
import { memoryReadModels } from '../support/memory-read-models.ts'
import { waitFor } from '../support/wait-for.ts'

/**
 * Who could run what on a host at a moment, as query-service answers it from the events, is whom command-service let run it at that moment, with
 * the labels that the host had then.
 */

afterEach(() => vi.useRealTimers())

const hosts = { web: { id: 'a'.repeat(32), ip: '10.0.0.1' }, db: { id: 'b'.repeat(32), ip: '10.0.0.2' } } as const
type Host = keyof typeof hosts
const users = ['U1', 'U2']
const keys = ['K1', 'K2']
const subjects: readonly Subject[] = [
  ...users.map((id): Subject => ({ kind: 'USER', id })),
  ...keys.map((id): Subject => ({ kind: 'AUTH_KEY', id })),
  { kind: 'ROLE', id: 'ops' },
]
const hourMs = 3_600_000

const scope = {
  apps: fc.constantFrom(['nginx'], ['mysql'], ['*']),
  funcs: fc.constantFrom(['reload'], ['*']),
  agents: fc.constantFrom('', 'env=prod', 'env=test', '!canary'),
}
const steps = fc.oneof(
  fc.record({ kind: fc.constant('grant' as const), subject: fc.nat(4), ...scope, hours: fc.option(fc.integer({ min: 1, max: 12 })) }),
  fc.record({ kind: fc.constant('revoke' as const), grant: fc.nat(9) }),
  fc.record({ kind: fc.constant('role' as const), ...scope, permission: fc.constantFrom('RUN', 'VIEW') }),
  fc.record({ kind: fc.constant('roles' as const), user: fc.nat(1), roles: fc.constantFrom([], ['ops'], ['operator'], ['auditor']) }),
  fc.record({ kind: fc.constant('enabled' as const), user: fc.nat(1), isEnabled: fc.boolean() }),
  fc.record({ kind: fc.constant('key' as const), key: fc.nat(1) }),
  fc.record({
    kind: fc.constant('labels' as const),
    host: fc.constantFrom<Host>('web', 'db'),
    labels: fc.constantFrom<Record<string, string>>({}, { env: 'prod' }, { env: 'test' }, { env: 'prod', canary: 'yes' }),
  }),
)
type Step = typeof steps extends fc.Arbitrary<infer Taken> ? Taken : never

/** The write side and the read side over one log, whose clock the test holds. */
async function center() {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) })
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  const find = async (name: string) => Object.values(hosts).find(({ id, ip }) => name === id || name === ip)
  const directory = { find: async (name: string) => ((host) => (host ? { agentId: host.id, ip: host.ip } : null))(await find(name)) } as never
  const rules = new AccessRules({
    known: new KnownAccess({ readEvents: () => store.readAll({ from: null, direction: 'forwards', limit: 100_000 }) }),
    things: things({ store, aggregates: openAggregates({ store, cacheSize: 100 }), agents: directory }),
    denials: { tell() {} } as never,
    hasSupervisor: true,
  })
  const log = new AccessLog({ readModels, readPosition: { reached: async () => undefined }, commands, logger: silentLogger })
  const tell = async (stream: string, ...events: readonly { readonly type: string; readonly data: object }[]) => {
    const before = (await store.readStream(stream)).length
    await commands.append(stream, events as unknown as readonly DomainEvent[])
    rules.observe(await store.readStream(stream, { from: before }))
  }
  for (const { id, ip } of Object.values(hosts)) await commands.addAgent(id, ip)
  for (const id of users) await tell(userStream(id), { type: 'UserCreated', data: { name: id, displayName: id, roles: [] } })
  for (const id of keys) await tell(`authkey-${id}`, { type: 'AuthKeyCreated', data: { name: id, app: null, secretId: 's', idempotencyKey: null } })
  return { store, readModels, rules, log, tell }
}

const asked = (Object.keys(hosts) as Host[]).flatMap((host) =>
  ['nginx', 'mysql'].flatMap((app) => ['reload', 'stop'].map((func) => ({ app, func, agent: hosts[host].ip }))),
)

/** Every attempt of everybody, as command-service decides it now. */
async function decided(rules: AccessRules): Promise<readonly string[]> {
  const allowed: string[] = []
  for (const { kind, id } of subjects.filter((subject) => subject.kind !== 'ROLE')) {
    const caller = { actor: { kind: kind as 'USER' | 'AUTH_KEY', id, name: null }, correlationId: 'c', metadata: {} }
    for (const one of asked) {
      if (!(await rules.refusalOf(caller, runTask, { ...one, param: null }))) allowed.push(`${id} ${Object.values(one).join(' ')}`)
    }
  }
  return allowed.sort()
}

async function take(step: Step, at: number, { tell, store }: Awaited<ReturnType<typeof center>>, grants: string[]): Promise<void> {
  switch (step.kind) {
    case 'grant': {
      const { kind: subjectKind, id: subjectId } = subjects[step.subject] as Subject
      const { apps, funcs, agents, hours } = step
      const expiresAt = hours === null ? null : at + hours * hourMs
      const id = String(grants.push('given'))
      const data = { subjectKind, subjectId, permission: 'RUN', apps, funcs, agents, secrets: ['*'], expiresAt, idempotencyKey: null }
      await tell(grantStream(id), { type: 'GrantGiven', data })
      return
    }
    case 'revoke':
      if (grants[step.grant] !== 'given') return
      grants[step.grant] = 'revoked'
      await tell(grantStream(String(step.grant + 1)), { type: 'GrantRevoked', data: { reason: null } })
      return
    case 'role': {
      const { apps, funcs, agents, permission } = step
      const isNew = (await store.readStream(roleStream('ops'))).length === 0
      const data = { description: '', permissions: [permission], apps, funcs, agents, secrets: ['*'] }
      await tell(roleStream('ops'), { type: isNew ? 'RoleCreated' : 'RoleChanged', data })
      return
    }
    case 'roles':
      await tell(userStream(users[step.user] ?? ''), { type: 'UserChanged', data: { displayName: 'x', roles: step.roles } })
      return
    case 'enabled':
      await tell(
        userStream(users[step.user] ?? ''),
        step.isEnabled ? { type: 'UserEnabled', data: {} } : { type: 'UserDisabled', data: { reason: null } },
      )
      return
    case 'key':
      await tell(`authkey-${keys[step.key]}`, { type: 'AuthKeyRevoked', data: { reason: null } })
      return
    case 'labels': {
      const { id } = hosts[step.host]
      await tell(agentStream(id), { type: 'AgentLabelsSet', data: { agentId: id, labels: step.labels } })
    }
  }
}

test('who could run what at a moment is whom the write side let, over grants, roles, keys, users, labels and ends of time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 20 }), async (taken) => {
      const here = await center()
      const { store, readModels, rules, log } = here
      const grants: string[] = []
      const said: { readonly at: number; readonly allowed: readonly string[] }[] = []
      for (const step of taken) {
        vi.setSystemTime(Date.now() + hourMs)
        await take(step, Date.now(), here, grants)
        // Between this event and the next one.
        vi.setSystemTime(Date.now() + hourMs / 2)
        said.push({ at: Date.now(), allowed: await decided(rules) })
      }
      const head = await store.head()
      await waitFor(async () => (await readModels.position()) === head)
      for (const { at, allowed } of said) {
        const state = await log.at(at)
        const could: string[] = []
        for (const { app, func, agent: name } of asked) {
          const view = await agentAsOf(readModels, name, at)
          const agent = { name, known: view && selectableOf(view) }
          for (const { subject } of whoCan(state, 'RUN', { app, func, agent }, at)) could.push(`${subject.id} ${app} ${func} ${name}`)
        }
        expect(could.sort()).toEqual(allowed)
      }
      log.stop()
      await readModels.close()
      await store.close()
    }),
    { numRuns: 15, endOnFailure: true },
  )
})
