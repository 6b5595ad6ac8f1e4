import { permissions } from '@elves/core/domain/permissions.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import { leastOperation } from '@elves/tests/support/least-operation.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, expect, test } from 'vitest'
import { readPosition } from '../read-side/read-position.ts'
import { agentId, type Edge, edge } from '../tests/edge.ts'
import { AccessLog } from './access-log.ts'
import { neededOfDoors, neededOfFields } from './needed.ts'
import { ReadAccess } from './read-access.ts'

const everything = { apps: ['*'], funcs: ['*'], agents: '', secrets: ['*'] }
const roles = ['admin', 'operator', 'developer', 'auditor']
/** Who has one of these permissions over everything, written down once more. */
const rolesWith: Readonly<Record<string, readonly string[]>> = {
  VIEW: roles,
  'MANAGE_ACCESS,AUDIT': ['admin', 'auditor'],
  'MANAGE_AGENTS,AUDIT': ['admin', 'auditor'],
  'MANAGE_APPS,AUDIT': ['admin', 'developer', 'auditor'],
  'USE_SECRETS,MANAGE_SECRETS,AUDIT': ['admin', 'auditor'],
  MANAGE_APPS: ['admin', 'developer'],
  AUDIT: ['admin', 'auditor'],
}

let actor: Actor
let here: Edge
afterEach(() => here.stop())

async function platform(): Promise<void> {
  actor = { kind: 'LOCAL', id: 'local', name: null }
  here = await edge({
    authenticator: { authenticate: () => ({ actor, scopes: null, sessionId: null, credentialId: null, ending: null, gate: null }) },
  })
  for (const role of roles) await tell(`user-${role}`, 'UserCreated', { name: role, displayName: role, roles: [role] })
  for (const name of ['nobody', 'fits', 'expired', 'revoked']) await tell(`user-${name}`, 'UserCreated', { name, displayName: name, roles: [] })
}

/** What decides at the doors, of its own: the test holds it. */
function readAccess(): { readonly log: AccessLog; readonly access: ReadAccess } {
  const { readModels, commands } = here
  const log = new AccessLog({ readModels, readPosition: readPosition(readModels), commands, logger: silentLogger })
  return { log, access: new ReadAccess({ log, readModels, reached: async () => undefined, commands, hasSupervisor: false, logger: silentLogger }) }
}

async function tell(stream: string, type: string, data: object): Promise<void> {
  await here.commands.append(stream, [{ type, data } as never])
}

async function give(user: string, permission: string, over: object = {}): Promise<void> {
  const settings = { subjectKind: 'USER', subjectId: user, permission, ...everything, expiresAt: null, idempotencyKey: null, ...over }
  await tell(`grant-${user}-${permission}`, 'GrantGiven', settings)
}

async function isRefused(user: string, path: string): Promise<boolean> {
  actor = { kind: 'USER', id: user, name: user }
  const { errors = [] } = await here.ask(leastOperation(path))
  return errors.some(({ extensions }: { extensions: { code: string } }) => extensions.code === 'FORBIDDEN')
}

const queries = Object.entries(neededOfFields).filter(([path]) => path.startsWith('Query.'))

test('each query is answered to the roles that have its permission, and refused to everybody else', async () => {
  await platform()
  await waitFor(async () => !(await isRefused('admin', 'Query.tasks')))
  for (const [path, needed] of queries) {
    const allowed = typeof needed === 'string' ? ['nobody', ...roles] : (rolesWith[needed.anyOf.join()] ?? [])
    const answered: string[] = []
    for (const user of ['nobody', ...roles]) if (!(await isRefused(user, path))) answered.push(user)
    expect([path, answered]).toEqual([path, allowed])
  }
}, 120_000)

test('a grant that fits opens a query; one of another permission, an expired and a revoked one do not', async () => {
  await platform()
  for (const permission of ['VIEW', 'AUDIT', 'MANAGE_ACCESS', 'MANAGE_AGENTS', 'MANAGE_APPS']) {
    await give('fits', permission)
    await give('expired', permission, { expiresAt: 1 })
    await give('revoked', permission)
    await tell(`grant-revoked-${permission}`, 'GrantRevoked', { reason: null })
  }
  await give('nobody', 'RUN')
  for (const [path, needed] of queries) {
    if (typeof needed === 'string') continue
    const answered: string[] = []
    for (const user of ['fits', 'expired', 'revoked', 'nobody']) if (!(await isRefused(user, path))) answered.push(user)
    expect([path, answered]).toEqual([path, ['fits']])
  }
}, 120_000)

test('nobody is refused by what is older than his request', async () => {
  await platform()
  const { log, access } = readAccess()
  const caller = { actor: { kind: 'USER', id: 'fits', name: 'fits' }, correlationId: 'c', metadata: {} } as const
  const check = () => access.check(caller, 'projectors', { anyOf: ['MANAGE_AGENTS'], over: 'SOME' })
  await expect(check()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await give('fits', 'MANAGE_AGENTS')
  await check()
  log.stop()
})

test('a door that is not GraphQL is refused in the same way', async () => {
  await platform()
  const codeOf = async (user: string, method: 'GET' | 'PUT', url: string) => {
    actor = { kind: 'USER', id: user, name: user }
    const headers = { host: 'localhost:4100' }
    const answer = await here.server.inject({
      method,
      url,
      headers: { ...headers, 'content-type': 'application/zip' },
      ...(method === 'PUT' && { payload: 'x' }),
    })
    return answer.statusCode === 403 ? 'FORBIDDEN' : 'PASSED'
  }
  const urls: Readonly<Record<keyof typeof neededOfDoors, ['GET' | 'PUT', string]>> = {
    '/audit/export': ['GET', '/audit/export'],
    'GET /apps/:app/versions/:version/package': ['GET', '/apps/x/versions/1/package'],
  }
  for (const [door, needed] of Object.entries(neededOfDoors)) {
    const [method, url] = urls[door as keyof typeof neededOfDoors]
    const passed: string[] = []
    for (const user of ['nobody', ...roles]) if ((await codeOf(user, method, url)) === 'PASSED') passed.push(user)
    expect([door, passed]).toEqual([door, rolesWith[needed.anyOf.join()]])
  }
  await give('fits', 'MANAGE_APPS', { apps: ['x'] })
  await waitFor(async () => (await codeOf('fits', 'PUT', '/apps/x/versions/1')) === 'PASSED')
  const uploaders: string[] = []
  for (const user of ['nobody', 'fits', ...roles]) if ((await codeOf(user, 'PUT', '/apps/x/versions/1')) === 'PASSED') uploaders.push(user)
  expect(uploaders).toEqual(['fits', 'admin', 'developer'])
  expect(await codeOf('fits', 'PUT', '/apps/y/versions/1')).toBe('FORBIDDEN')
}, 120_000)

test('who may see some tasks only gets those, by whatever field', async () => {
  await platform()
  const run = (app: string) => here.ask(`mutation { runTask(input: { agent: "${agentId}", app: "${app}", func: "f" }) { task { id } } }`)
  const shown = (await run('apptest')).data.runTask.task.id as string
  const hidden = (await run('other')).data.runTask.task.id as string
  await give('fits', 'VIEW', { apps: ['apptest'] })
  actor = { kind: 'USER', id: 'fits', name: 'fits' }
  const task = (id: string) => here.ask(`{ task(id: "${id}") { id } }`)
  await waitFor(async () => (await task(shown)).data?.task?.id === shown)
  expect((await task(hidden)).data).toEqual({ task: null })
  const later = 'asOf: "2100-01-01T00:00:00.000Z"'
  expect((await here.ask(`{ task(id: "${hidden}", ${later}) { id } }`)).data).toEqual({ task: null })
  const ids = `nodes { id }`
  const lists = await here.ask(`{
    tasks { ${ids} } after: tasks(${later}) { ${ids} } some: tasks(filter: { ids: ["${hidden}"] }) { ${ids} }
    agent(id: "${agentId}") { tasks { ${ids} } } agents { nodes { tasks { ${ids} } } }
  }`)
  const only = { nodes: [{ id: shown }] }
  expect(lists.data).toEqual({ tasks: only, after: only, some: { nodes: [] }, agent: { tasks: only }, agents: { nodes: [{ tasks: only }] } })
  expect(await isRefused('fits', 'Query.platform')).toBe(true)
})

test('who may audit one app gets its events, those of its agents by a selector, and no others, by whatever field', async () => {
  await platform()
  const run = (app: string) => here.ask(`mutation { runTask(input: { agent: "${agentId}", app: "${app}", func: "f" }) { task { id } } }`)
  const shown = (await run('apptest')).data.runTask.task.id as string
  const hidden = (await run('other')).data.runTask.task.id as string
  await give('fits', 'AUDIT', { apps: ['apptest'] })
  await give('expired', 'AUDIT', { apps: ['other'], agents: 'ip=10.0.0.1' })
  await give('revoked', 'AUDIT', { agents: 'ip=10.0.0.1' })
  await give('nobody', 'AUDIT', { apps: ['apptest'], agents: 'ip=10.9.9.9' })
  await waitFor(async () => !(await isRefused('nobody', 'Query.events')))
  const streamsOf = async (user: string) => {
    actor = { kind: 'USER', id: user, name: user }
    const { data } = await here.ask('{ events(first: 500) { nodes { stream } } }')
    return [...new Set((data.events.nodes as { stream: string }[]).map(({ stream }) => stream))].sort()
  }
  expect(await streamsOf('fits')).toEqual([`task-${shown}`])
  expect(await streamsOf('expired')).toEqual([`task-${hidden}`])
  // Those of the agent itself, too, and nothing of users and grants.
  const ofAgent = [`agent-${agentId}`, 'agentip-10.0.0.1', `agentlink-${agentId}`, `task-${shown}`, `task-${hidden}`]
  expect(await streamsOf('revoked')).toEqual(ofAgent.sort())
  expect(await streamsOf('nobody')).toEqual([])
  expect((await streamsOf('auditor')).length).toBeGreaterThan(10)
  // What concerns everybody stays with who may audit everything.
  for (const path of ['Query.grants', 'Query.changes', 'Query.incidents', 'Query.users'])
    expect([path, await isRefused('fits', path)]).toEqual([path, true])
  const { log, access } = readAccess()
  const all = (await here.readModels.events({}, 'OLDEST_FIRST', { first: 500, after: null })).edges.map(({ node }) => node)
  const caller = { actor: { kind: 'USER', id: 'fits', name: 'fits' }, correlationId: 'c', metadata: {} }
  const subscribe = access.guard('Subscription.eventAppended', async function* () {
    yield* all
  })
  const told: string[] = []
  for await (const item of (await subscribe({}, {}, { caller, restrict() {} }, {} as never)) as AsyncIterable<{ stream: string }>)
    told.push(item.stream)
  expect(new Set(told)).toEqual(new Set([`task-${shown}`]))
  log.stop()
})

test('who may see one app of an agent sees no crons of others by a nested field, and no event that tells them', async () => {
  await platform()
  const cron = { id: 'c', comment: '', func: 'f', processor: false, rule: '0 0 * * * *', isEnabled: true, error: null }
  const crons = [
    { ...cron, app: 'apptest' },
    { ...cron, app: 'other' },
  ]
  await tell(`agent-${agentId}`, 'AgentCronsChanged', { agentId, timeZone: 'UTC', crons, fileError: null })
  await give('fits', 'VIEW', { apps: ['apptest'] })
  const asked = `{ agent(id: "${agentId}") { crons { app } history { nodes { type } } } }`
  await waitFor(async () => (await here.ask(asked)).data.agent.crons.length === 2)
  const typesOf = async () => (await here.ask(asked)).data.agent.history.nodes.map(({ type }: { type: string }) => type)
  expect(await typesOf()).toContain('AgentCronsChanged')
  actor = { kind: 'USER', id: 'fits', name: 'fits' }
  await waitFor(async () => (await here.ask(asked)).data?.agent)
  expect((await here.ask(asked)).data.agent.crons).toEqual([{ app: 'apptest' }])
  expect(await typesOf()).not.toContain('AgentCronsChanged')
  expect(await typesOf()).toContain('AgentRegistered')
})

test('who may change agents and see none gets the agent that he changed', async () => {
  await platform()
  await tell(`agentlink-${agentId}`, 'AgentLost', { agentId, sessionId: 's', lastSeenAt: 1 })
  await give('fits', 'MANAGE_AGENTS')
  actor = { kind: 'USER', id: 'fits', name: 'fits' }
  const { data, errors } = await here.ask(`mutation { removeAgent(input: { agent: "${agentId}" }) { agent { id name } refusal { code } } }`)
  expect(errors).toBeUndefined()
  expect(data.removeAgent).toEqual({ agent: { id: agentId, name: expect.stringMatching(/./) }, refusal: null })
})

test('whether a grant with a selector allows something on an agent is told to who may not see the agent', async () => {
  await platform()
  await give('fits', 'AUDIT')
  await give('nobody', 'RUN', { agents: 'ip=10.0.0.1' })
  await waitFor(async () => !(await isRefused('fits', 'Query.grants')))
  const { data } = await here.ask('{ access(subject: { kind: USER, id: "nobody" }, permission: RUN, agent: "10.0.0.1") { isAllowed } }')
  expect(data.access).toEqual({ isAllowed: true })
})

test('a selector selects only agents on which the caller may run the function', async () => {
  await platform()
  await here.commands.addAgent('b'.repeat(32), '10.0.0.2')
  const run = `mutation { runTask(input: { selector: "", app: "apptest", func: "f", wait: false }) { selected tasks { agentId } leftOut { agent } } }`
  await give('fits', 'RUN', { apps: ['apptest'], agents: 'ip=10.0.0.2' })
  await give('fits', 'VIEW', { agents: 'ip=10.0.0.2' })
  await give('revoked', 'RUN', { apps: ['other'] })
  actor = { kind: 'USER', id: 'fits', name: 'fits' }
  expect((await here.ask(run)).data.runTask).toMatchObject({ selected: 1, tasks: [{ agentId: 'b'.repeat(32) }], leftOut: [] })
  actor = { kind: 'USER', id: 'revoked', name: 'revoked' }
  expect((await here.ask(run)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

/** The code by which a user's subscription ends at once; null: it goes on. */
async function codeOfSubscription(access: ReadAccess, path: string, user: string): Promise<string | null> {
  const caller = { actor: { kind: 'USER', id: user, name: user }, correlationId: 'c', metadata: {} }
  const subscribe = access.guard(path, async function* () {})
  try {
    await ((await subscribe({}, {}, { caller, restrict() {} }, {} as never)) as AsyncIterableIterator<unknown>).next()
    return null
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

test('each subscription is open to the roles and to the grant that have its permission, and to nobody else', async () => {
  await platform()
  for (const permission of ['VIEW', 'AUDIT', 'MANAGE_ACCESS', 'MANAGE_AGENTS', 'MANAGE_APPS']) {
    await give('fits', permission)
    await give('expired', permission, { expiresAt: 1 })
    await give('revoked', permission)
    await tell(`grant-revoked-${permission}`, 'GrantRevoked', { reason: null })
  }
  await give('nobody', 'RUN')
  const { log, access } = readAccess()
  const paths = Object.entries(neededOfFields).filter(([path]) => path.startsWith('Subscription.'))
  expect(paths.length).toBeGreaterThan(15)
  for (const [path, needed] of paths) {
    const allowed = typeof needed === 'string' ? [] : (rolesWith[needed.anyOf.join()] ?? [])
    const open: string[] = []
    for (const user of ['nobody', 'expired', 'revoked', 'fits', ...roles]) {
      const code = await codeOfSubscription(access, path, user)
      if (code === null) open.push(user)
      else expect([path, user, code]).toEqual([path, user, 'FORBIDDEN'])
    }
    expect([path, open]).toEqual([path, ['fits', ...allowed]])
  }
  log.stop()
}, 120_000)

test('a subscription in which nothing happens ends when its grant is revoked', async () => {
  await platform()
  await give('fits', 'VIEW')
  const { log, access } = readAccess()
  let returned: () => void = () => undefined
  const silent: AsyncIterableIterator<unknown> = {
    next: () => new Promise((resolve) => (returned = () => resolve({ done: true, value: undefined }))),
    return: async () => {
      returned()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => silent,
  }
  const caller = { actor: { kind: 'USER', id: 'fits', name: 'fits' }, correlationId: 'c', metadata: {} }
  const subscribe = access.guard('Subscription.taskChanged', () => silent)
  const followed = (await subscribe({}, {}, { caller, restrict() {} }, {} as never)) as AsyncIterableIterator<unknown>
  const next = followed.next()
  await tell('grant-fits-VIEW', 'GrantRevoked', { reason: null })
  await expect(next).rejects.toMatchObject({ code: 'FORBIDDEN' })
  log.stop()
})

test('a subscription leaves out what may not be seen, and ends when its grant is revoked', async () => {
  await platform()
  const run = (app: string) => here.ask(`mutation { runTask(input: { agent: "${agentId}", app: "${app}", func: "f" }) { task { id } } }`)
  for (const app of ['other', 'apptest']) await run(app)
  await give('fits', 'VIEW', { apps: ['apptest'] })
  const { log, access } = readAccess()
  const tasks = (await here.readModels.tasks({}, { first: 10, after: null })).edges.map(({ node: view }) => ({ task: { view } }))
  expect(tasks).toHaveLength(2)
  let isEnded = false
  async function* items() {
    try {
      for (;;) yield* tasks
    } finally {
      isEnded = true
    }
  }
  const caller = { actor: { kind: 'USER', id: 'fits', name: 'fits' }, correlationId: 'c', metadata: {} }
  const subscribe = access.guard('Subscription.taskChanged', () => items())
  const followed = (await subscribe({}, {}, { caller, restrict() {} }, {} as never)) as AsyncIterableIterator<(typeof tasks)[number]>
  for (let times = 0; times < 3; times++) expect((await followed.next()).value.task.view.app).toBe('apptest')
  await tell('grant-fits-VIEW', 'GrantRevoked', { reason: null })
  await log.refreshed()
  await expect(followed.next()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(isEnded).toBe(true)
  log.stop()
})

test('a subscription that began with everything narrows its nested fields with the grants', async () => {
  await platform()
  await give('fits', 'VIEW')
  const { log, access } = readAccess()
  for (const app of ['other', 'apptest'])
    await here.ask(`mutation { runTask(input: { agent: "${agentId}", app: "${app}", func: "f" }) { task { id } } }`)
  let seen: Edge['readModels'] | undefined
  const context = {
    caller: { actor: { kind: 'USER', id: 'fits', name: 'fits' }, correlationId: 'c', metadata: {} },
    restrict: (made: () => Edge['readModels']) => {
      seen = made()
    },
  }
  const appsOf = async () => (await seen?.tasks({}, { first: 10, after: null }))?.edges.map(({ node }) => node.app).sort()
  const subscribe = access.guard('Subscription.agentChanged', async function* () {})
  await subscribe({}, {}, context, {} as never)
  await waitFor(async () => (await appsOf())?.length === 2)
  await tell('grant-fits-VIEW', 'GrantRevoked', { reason: null })
  await tell('grant-fits-narrow', 'GrantGiven', {
    subjectKind: 'USER',
    subjectId: 'fits',
    permission: 'VIEW',
    ...everything,
    apps: ['apptest'],
    expiresAt: null,
    idempotencyKey: null,
  })
  await waitFor(async () => (await log.refreshed()).grants.has('fits-narrow'))
  expect(await appsOf()).toEqual(['apptest'])
  log.stop()
})

test('the permissions of a caller are those that roles and grants give at this moment, of those that the token is good for', async () => {
  await platform()
  await give('fits', 'RUN', { apps: ['backup'] })
  await give('expired', 'RUN', { expiresAt: 1 })
  const { log, access } = readAccess()
  const permissionsOf = (id: string, scopes: readonly string[] | null = null) =>
    access.permissionsOf({ actor: { kind: 'USER', id, name: id }, scopes })
  expect(await permissionsOf('operator')).toEqual(['VIEW', 'RUN', 'APPROVE', 'CANCEL', 'SCHEDULE'])
  expect(await permissionsOf('operator', ['VIEW', 'AUDIT'])).toEqual(['VIEW'])
  expect([await permissionsOf('fits'), await permissionsOf('expired'), await permissionsOf('nobody')]).toEqual([['RUN'], [], []])
  expect(await access.permissionsOf({ actor: { kind: 'LOCAL', id: 'local', name: null } })).toEqual([...permissions])
  log.stop()
})
