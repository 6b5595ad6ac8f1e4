import { signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { encode, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import { challengeHeader, helloStatement } from '@elves/schemas/link/hello-statement.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fieldsOf, leastOperation } from '../support/least-operation.ts'
import { type Answer, as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { addressOf, doorsOfAgents, doorsOfPeople, routesOf } from './matrix/doors.ts'
import { everybody, expected, type Line, may, permissions } from './matrix/lines.ts'

/** Every field and door of people, asked by HTTP and WebSocket by real users: each is allowed or refused as it is written down here. */

const [access, agents, apps]: Line[] = [['MANAGE_ACCESS'], ['MANAGE_AGENTS'], ['MANAGE_APPS']]
const [run, schedule, cancel, approve]: Line[] = [['RUN'], ['SCHEDULE'], ['CANCEL'], ['APPROVE']]
const [view, audit, whoMay]: Line[] = [['VIEW'], ['AUDIT'], ['MANAGE_ACCESS', 'AUDIT']]
const [agentsSeen, appsSeen, secretsSeen]: Line[] = [
  ['MANAGE_AGENTS', 'AUDIT'],
  ['MANAGE_APPS', 'AUDIT'],
  ['USE_SECRETS', 'MANAGE_SECRETS', 'AUDIT'],
]

/** Of what needs a second permission, too: it hands on what only an auditor may read. */
const alsoNeeded: Readonly<Record<string, string>> = { createWebhook: 'AUDIT' }

const lines = (line: Line | undefined, names: string): [string, Line][] => names.split(' ').map((name) => [name, line ?? []])

const mutations = new Map<string, Line>([
  ...lines(access, 'grant revokeGrant createRole updateRole deleteRole createAuthKey rotateAuthKey revokeAuthKey createUser updateUser'),
  ...lines(access, 'disableUser enableUser eraseUser resetPassword endSessions revokeAccessToken disableSecondFactor'),
  ...lines(access, 'setGuard removeGuard setLimit removeLimit'),
  ...lines(approve, 'approveTask refuseTask'),
  ...lines(['MANAGE_SECRETS'], 'createSecret rotateSecret updateSecret deleteSecret'),
  ...lines(agents, 'removeAgent approveAgent revokeAgent setAgentLabels createJoinToken revokeJoinToken'),
  ...lines(agents, 'setAsideDeadLetter retryDeadLetter rebuildReadModels'),
  ...lines(apps, 'createApp updateApp banApp unbanApp releaseAppVersion withdrawAppVersion bindApp unbindApp'),
  ...lines(apps, 'pauseRollout resumeRollout rollBackRollout createWebhook updateWebhook pauseWebhook resumeWebhook deleteWebhook redeliver'),
  ...lines(run, 'runTask moveProcessor createQueue addQueueTasks commitQueue'),
  ...lines(schedule, 'createSchedule updateSchedule pauseSchedule resumeSchedule deleteSchedule fireSchedule'),
  ...lines(cancel, 'cancelTask cancelTasks stopQueue'),
  ...lines('ANYBODY', 'changePassword createAccessToken enrolSecondFactor confirmSecondFactor makeRecoveryCodes'),
  // Of an empty list each is decided for itself; the end of a sign-in is that of the one who asks, and other tests have it.
  ...lines('ANYBODY', 'runTasks signOut'),
  ...lines('GUESTS', 'signIn'),
])
const queries = new Map<string, Line>([
  ...lines(
    view,
    'task tasks taskOutput agent agents agentGroups queue queues schedule schedules app apps rollout rollouts processor platform projectors',
  ),
  ...lines(view, 'components flows openIncidents'),
  ...lines(appsSeen, 'webhook webhooks'),
  ...lines(agentsSeen, 'joinToken joinTokens inventorySources deadLetters rebuilds leases slowQueries'),
  ...lines(audit, 'changes incidents events correlation log proof consistency'),
  ...lines(whoMay, 'access whoCan user users grants roles authKeys limits guards'),
  ...lines(secretsSeen, 'secrets'),
  ...lines('ANYBODY', 'previewRule accessTokens'),
  ...lines('GUESTS', 'viewer signInMethods'),
])
const subscriptions = new Map<string, Line>([
  ...lines(view, 'taskChanged taskOutputAdded agentChanged queueChanged scheduleChanged appChanged rolloutChanged processorChanged processorResults'),
  ...lines(appsSeen, 'webhookChanged'),
  ...lines(agentsSeen, 'joinTokenChanged inventorySourceChanged'),
  ...lines(whoMay, 'userChanged grantChanged roleChanged authKeyChanged limitChanged guardChanged'),
  ...lines(secretsSeen, 'secretChanged'),
  ...lines(audit, 'eventAppended'),
])
let platform: TestPlatform
const tokens = new Map<string, string>()
const { ask, firstAdmin, newUser } = peopleOf(() => platform)

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users' }, sharesBroker: true })
  const admin = await firstAdmin('a first horse of staples')
  tokens.set('admin', admin)
  for (const role of ['operator', 'developer', 'auditor']) tokens.set(role, (await newUser(admin, role, [role])).token)
  for (const name of ['fits', 'stranger', 'expired', 'revoked']) {
    const { id, token } = await newUser(admin, name, [])
    tokens.set(name, token)
    if (name !== 'stranger') for (const permission of permissions) await give(admin, id, permission, name)
  }
  await waitFor(async () => (await codeOf('fits', 'Query.users')) === null, { what: 'the grants' })
  // The last one that ends: before it, all others have.
  for (const name of ['expired', 'revoked'])
    await waitFor(async () => (await codeOf(name, 'Query.events')) === 'FORBIDDEN', { what: `the end of ${name}` })
})
afterAll(() => platform?.dispose())

async function give(admin: string, id: string, permission: string, name: string): Promise<void> {
  const text = 'mutation ($i: GrantInput!) { grant(input: $i) { grant { id } refusal { code } } }'
  const expiresAt = name === 'expired' ? new Date(Date.now() + 2_000).toISOString() : null
  const { grant } = await done(ask(text, { i: { subject: { kind: 'USER', id }, permission, expiresAt } }, as(admin)))
  if (name !== 'revoked') return
  await done(ask('mutation ($i: RevokeGrantInput!) { revokeGrant(input: $i) { refusal { code } } }', { i: { grant: grant.id } }, as(admin)))
}

function headersOf(who: string): Record<string, string> {
  const token = tokens.get(who)
  return token === undefined ? {} : as(token)
}

/** FORBIDDEN or UNAUTHENTICATED; null for whatever else is answered. */
async function codeOf(who: string, path: string): Promise<string | null> {
  const { data, code }: Answer = await ask(leastOperation(path), {}, headersOf(who))
  const [payload] = Object.values(data ?? {}) as ({ refusal?: { code: string } | null } | null)[]
  const told = code ?? payload?.refusal?.code ?? null
  return told === 'FORBIDDEN' || told === 'UNAUTHENTICATED' ? told : null
}

/** Whose answer says UNAUTHENTICATED for another reason, and which would end the session that asks. */
const apart = ['signIn', 'signOut']

describe.each([
  ['Query', queries],
  ['Mutation', mutations],
] as const)('%s', (type, matrix) => {
  test('has a line for each field', () => {
    expect([...matrix.keys()].sort()).toEqual([...fieldsOf(type)].sort())
  })

  test.each(everybody)('is open to %s where the matrix says so, and nowhere else', async (who) => {
    const [told, meant]: Record<string, string | null>[] = [{}, {}]
    for (const [name, line] of matrix) {
      if (apart.includes(name)) continue
      Object.assign(told ?? {}, { [name]: await codeOf(who, `${type}.${name}`) })
      Object.assign(meant ?? {}, { [name]: expected(who, line, alsoNeeded[name]) })
    }
    expect(told).toEqual(meant)
  })
})

describe('Subscription', () => {
  test('has a line for each field', () => {
    expect([...subscriptions.keys()].sort()).toEqual([...fieldsOf('Subscription')].sort())
  })

  test.each(Object.keys(may))('is open to %s where the matrix says so, and nowhere else', async (who) => {
    const url = platform.ready().subscriptionsUrl
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: headersOf(who), lazy: false, retryAttempts: 0 })
    const told = new Map<string, string>()
    const follow = (query: string, end: (code: string) => void) =>
      client.subscribe(
        { query },
        {
          next: ({ errors }) => end(String(errors?.[0]?.extensions?.['code'] ?? 'OPEN')),
          error: (errors) => end(String((errors as { extensions?: { code?: string } }[])[0]?.extensions?.code ?? errors)),
          complete: () => undefined,
        },
      )
    try {
      for (const name of subscriptions.keys()) follow(leastOperation(`Subscription.${name}`), (code) => told.set(name, code))
      const refused = [...subscriptions].filter(([, line]) => expected(who, line) === 'FORBIDDEN').map(([name]) => name)
      await waitFor(() => refused.every((name) => told.has(name)), { what: `refusals of ${refused}` })
      // What is asked later is answered later: nothing is on its way any more.
      await new Promise<void>((resolve) => void follow('{ viewer { scopes } }', () => resolve()))
      expect(
        [...told]
          .filter(([, code]) => code === 'FORBIDDEN')
          .map(([name]) => name)
          .sort(),
      ).toEqual([...refused].sort())
    } finally {
      await client.dispose()
    }
  })

  test('is closed to guests', async () => {
    const client = createClient({ url: platform.ready().subscriptionsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    const next = client.iterate({ query: leastOperation('Subscription.taskChanged') }).next()
    await expect(next).rejects.toBeDefined()
    await client.dispose()
  })
})

/** Somebody who manages the app of this name, on all agents, and somebody who manages another one. */
async function ofApps(): Promise<void> {
  const admin = tokens.get('admin') ?? ''
  for (const [name, app] of [
    ['ofApp', 'nothing'],
    ['ofOtherApp', 'something'],
  ] as const) {
    const { id, token } = await newUser(admin, name, [])
    tokens.set(name, token)
    const text = 'mutation ($i: GrantInput!) { grant(input: $i) { grant { id } refusal { code } } }'
    await done(ask(text, { i: { subject: { kind: 'USER', id }, permission: 'MANAGE_APPS', apps: [app] } }, as(admin)))
  }
}

async function statusOf(who: string, method: string, address: string): Promise<string | null> {
  const isUpload = method === 'PUT'
  const headers = { ...headersOf(who), ...(isUpload && { 'content-type': 'application/zip' }) }
  const { status } = await fetch(`${platform.ready().url}${address}`, { method, headers, ...(isUpload && { body: 'no zip' }) })
  return status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : null
}

describe('HTTP', () => {
  const instancesOf = (service: string): readonly string[] =>
    (platform.ready() as { instances?: Record<string, readonly string[]> }).instances?.[service] ?? []

  test('each door of each service that runs has a line, and each line has its door', async () => {
    const [ofPeople, ofAgents] = [[...doorsOfPeople.keys()], [...doorsOfAgents.keys()]]
    const gateways = instancesOf('gateway')
    if (platform.shape === 'standalone') {
      expect([...(await routesOf(platform.ready().url))].sort()).toEqual([...new Set([...ofPeople, ...ofAgents])].sort())
      return
    }
    for (const instance of instancesOf('query-service')) expect([...(await routesOf(instance))].sort()).toEqual(ofPeople.toSorted())
    // A gateway takes WebSockets at /gateway, which are no requests of a route.
    const ofGateways = ofAgents.filter((door) => door !== 'GET /gateway').sort()
    for (const instance of gateways) expect((await routesOf(instance)).filter((door) => door !== 'GET /gateway').sort()).toEqual(ofGateways)
    for (const service of ['command-service', 'projection-service']) {
      for (const instance of instancesOf(service)) {
        const inner = (await routesOf(instance)).filter((door) => !doorsOfAgents.has(door))
        // What services ask each other is nobody else's, whoever he is to the platform.
        for (const door of inner) {
          const [method = '', route = ''] = door.split(' ')
          for (const who of ['admin', 'guest']) {
            const headers = { ...headersOf(who), 'content-type': 'application/json' }
            const { status } = await fetch(`${instance}${addressOf(route)}`, { method, headers, ...(method === 'POST' && { body: '{}' }) })
            expect([who, door, status]).toEqual([who, door, 401])
          }
        }
      }
    }
  })

  const asked = [...doorsOfPeople].flatMap(([door, line]) => (line === 'ELSEWHERE' || line === 'AGENTS' ? [] : [[door, line] as const]))
  test.each(asked)('%s is open where the matrix says so, and nowhere else', async (door, line) => {
    const [method = '', route = ''] = door.split(' ')
    const [told, meant]: Record<string, string | null>[] = [{}, {}]
    for (const who of everybody) {
      Object.assign(told ?? {}, { [who]: await statusOf(who, method, addressOf(route)) })
      Object.assign(meant ?? {}, { [who]: expected(who, line) })
    }
    expect(told).toEqual(meant)
  })

  test('a package is taken of who manages its app, and given to who sees all packages', async () => {
    await ofApps()
    const [put, get] = ['/apps/nothing/versions/1', '/apps/nothing/versions/1/package']
    await waitFor(async () => (await statusOf('ofApp', 'PUT', put)) === null, { what: 'the grant over the app' })
    expect(await statusOf('ofOtherApp', 'PUT', put)).toBe('FORBIDDEN')
    for (const who of ['ofApp', 'ofOtherApp']) expect(await statusOf(who, 'GET', get)).toBe('FORBIDDEN')
  })

  test('what is for agents is for no person', async () => {
    const { host } = new URL(platform.ready().gatewayUrl)
    const doors = [...doorsOfAgents].flatMap(([door, line]) => (line === 'AGENTS' ? [door.split(' ')[1] ?? ''] : []))
    expect(doors.length).toBeGreaterThan(0)
    for (const route of doors) {
      for (const who of everybody) {
        const { status } = await fetch(`http://${host}${addressOf(route)}`, { headers: headersOf(who) })
        expect([route, who, status]).toEqual([route, who, 401])
      }
    }
  })

  test('an agent without a join token is not let in', async () => {
    const socket = new WebSocket(platform.ready().gatewayUrl.replace(/\?.*$/, ''))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const upgraded = new Promise<string>((resolve) =>
      socket.once('upgrade', ({ headers }) => resolve(String((headers as Record<string, string>)[challengeHeader]))),
    )
    const signer = signerOfSecret('a stranger', 'a stranger')
    const challenge = await upgraded
    if (socket.readyState !== socket.OPEN) await new Promise((resolve) => socket.once('open', resolve))
    const hello = {
      protocolVersion: 1,
      joinToken: 'elves_j_of_nobody',
      agentId: 'f'.repeat(32),
      ip: '10.99.0.1',
      bootId: 'b'.repeat(32),
      journalId: 'c'.repeat(32),
      clockMs: Date.now(),
      capabilities: [],
      fingerprints: readableFingerprints,
      facts: { name: 'stranger', version: '0.2.0', platform: 'linux-x64', labels: {}, apps: [] },
      openAttempts: [],
      publicKey: signer.publicKey,
      nextPublicKey: '',
      nextProof: '',
    }
    const bytes = encode('AgentHello', { ...hello, proof: signer.sign(helloStatement(challenge, hello)) })
    socket.send(encode('Frame', { messages: [bytes] }))
    expect(await closed).toBeGreaterThan(1_000)
    const agents = await ask('{ agents { nodes { ip } } }', {}, headersOf('admin'))
    expect(agents.data.agents.nodes).not.toContainEqual({ ip: '10.99.0.1' })
  })
})

test('of the entries of runTasks, each is decided for itself', async () => {
  const admin = tokens.get('admin') ?? ''
  const { id, token } = await newUser(admin, 'someRuns', [])
  const give = 'mutation ($i: GrantInput!) { grant(input: $i) { grant { id } refusal { code } } }'
  const grant = { subject: { kind: 'USER', id }, permission: 'RUN', apps: ['apptest'], funcs: ['helloword'] }
  await done(ask(give, { i: grant }, as(admin)))
  const entry = (app: string, func: string) => ({ agent: '127.0.0.1', app, func })
  const inputs = [entry('apptest', 'helloword'), entry('apptest', 'other'), entry('other', 'helloword'), entry('apptest', 'helloword')]
  const run = 'mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { task { state requestedBy { id } } refusal { code } } }'
  const answers = await waitFor(
    async () => {
      const { data } = await ask(run, { i: inputs }, as(token))
      return data.runTasks[0].refusal === null && data.runTasks
    },
    { what: 'the grant' },
  )
  const ran = { task: { state: 'SUCCEEDED', requestedBy: { id } }, refusal: null }
  const refused = { task: null, refusal: { code: 'FORBIDDEN' } }
  expect(answers).toEqual([ran, refused, refused, ran])
  const denied = 'query ($a: [String!]) { events(filter: { types: ["AccessDenied"], actors: $a }) { nodes { data } } }'
  const told = async () => {
    const { nodes } = (await ask(denied, { a: [id] }, as(admin))).data.events as { nodes: { data: { app: string | null; func: string | null } }[] }
    return nodes.map(({ data }) => `${data.app}.${data.func}`)
  }
  await waitFor(async () => (await told()).includes('apptest.other') && (await told()).includes('other.helloword'), { what: 'both denials' })
})
