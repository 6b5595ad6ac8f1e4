import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fieldsOf, leastOperation } from '../support/least-operation.ts'
import { type Answer, as, done, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Every field and door of people, asked by HTTP and WebSocket by real users: each is allowed or refused as it is written down here. */

/** Permissions of which one is needed. ANYBODY: who has signed in. GUESTS: nobody has to be known. */
type Line = readonly string[] | 'ANYBODY' | 'GUESTS'
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
  ...lines(access, 'disableUser enableUser resetPassword endSessions revokeAccessToken disableSecondFactor'),
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
const doors: readonly [string, string, Line | undefined][] = [
  ['GET', '/audit/export', audit],
  ['GET', '/apps/nothing/versions/1/package', appsSeen],
  ['PUT', '/apps/nothing/versions/1', apps],
]

const permissions = [
  'VIEW',
  'RUN',
  'APPROVE',
  'CANCEL',
  'SCHEDULE',
  'MANAGE_APPS',
  'MANAGE_AGENTS',
  'MANAGE_ACCESS',
  'AUDIT',
  'USE_SECRETS',
  'MANAGE_SECRETS',
]
/** What each of them may, over everything. */
const may: Readonly<Record<string, readonly string[]>> = {
  admin: permissions,
  operator: ['VIEW', 'RUN', 'APPROVE', 'CANCEL', 'SCHEDULE'],
  developer: ['VIEW', 'RUN', 'CANCEL', 'MANAGE_APPS'],
  auditor: ['VIEW', 'AUDIT'],
  fits: permissions,
  stranger: [],
  expired: [],
  revoked: [],
}

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

function expected(who: string, line: Line, name = ''): string | null {
  if (line === 'GUESTS') return null
  const has = may[who]
  if (!has) return 'UNAUTHENTICATED'
  const also = alsoNeeded[name]
  if (also !== undefined && !has.includes(also)) return 'FORBIDDEN'
  return line === 'ANYBODY' || line.some((permission) => has.includes(permission)) ? null : 'FORBIDDEN'
}

const everybody = [...Object.keys(may), 'guest']
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
      Object.assign(meant ?? {}, { [name]: expected(who, line, name) })
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

test.each(doors)('%s %s is open where the matrix says so, and nowhere else', async (method, path, line) => {
  const [told, meant]: Record<string, string | null>[] = [{}, {}]
  for (const who of everybody) {
    const { status } = await fetch(`${platform.ready().url}${path}`, {
      method,
      headers: { ...headersOf(who), ...(method === 'PUT' && { 'content-type': 'application/zip' }) },
      ...(method === 'PUT' && { body: 'no zip' }),
    })
    Object.assign(told ?? {}, { [who]: status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : null })
    Object.assign(meant ?? {}, { [who]: expected(who, line ?? []) })
  }
  expect(told).toEqual(meant)
})
