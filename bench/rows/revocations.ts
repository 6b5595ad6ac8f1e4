import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { bareLink } from '../bare-link.ts'
import type { OwnRow } from '../bench.ts'
import { startCenter } from '../center.ts'
import { startCluster } from '../cluster.ts'
import { type Figure, figure } from '../figure.ts'
import { adminToken, commanding, newUser } from '../people.ts'

/** How often each kind of thing is taken away in a run. */
const times = 5
/** So often is asked whether it still works, where nothing tells. */
const askEveryMs = 5
const longestMs = 30_000

/** A platform with users; `instances` are the addresses of all doors of people. */
interface Doors {
  readonly graphqlUrl: string
  readonly gatewayUrl: string
  readonly adminPassword: string
  /** Id of an agent of the platform. */
  readonly agentId: string
  readonly instances: readonly string[]
}

interface Taking {
  readonly doors: Doors
  readonly admin: string
}

/**
 * From the answer of a mutation that takes something away until it acts at every instance, the longest of all kinds: a session, an access
 * token and a user end open sockets; a grant ends a subscription in which nothing happens; a secret is refused to tasks; an agent's link is cut.
 * In standalone, and over two command- and two query-services. No baseline.
 */
export const revocations: OwnRow = {
  names: ['revocations-longest', 'revocations-cluster-longest'],
  async measure({ runs, progress }) {
    const center = await startCenter({ ELVES_AUTH: 'users' })
    const standalone = await longest({ ...center, instances: [center.graphqlUrl] }, runs, progress).finally(() => center.stop())
    const cluster = await startCluster(['--scale', 'query-service=2', '--scale', 'command-service=2'], { ELVES_AUTH: 'users' })
    const { adminPassword = '', instances, agents, ...doors } = cluster.ready
    const ofCluster = { ...doors, adminPassword, agentId: agents[0]?.id ?? '', instances: instances['query-service'].map((url) => `${url}/graphql`) }
    const clustered = await longest(ofCluster, runs, progress).finally(() => cluster.remove())
    return [milliseconds('revocations-longest', standalone), milliseconds('revocations-cluster-longest', clustered)]
  },
}

function milliseconds(name: string, longestOfRuns: readonly number[]): Figure {
  return figure(name, 'ms', longestOfRuns, [])
}

async function longest(doors: Doors, runs: number, progress: (text: string) => void): Promise<number[]> {
  const taking = { doors, admin: await adminToken(doors) }
  const ofRuns: number[] = []
  for (let run = 0; run < runs; run++) {
    const took: number[] = []
    for (const [what, takeAway] of Object.entries(kinds)) {
      const ofKind: number[] = []
      for (let nth = 0; nth < times; nth++) ofKind.push(await takeAway(taking))
      progress(`${what}: ${Math.max(...ofKind).toFixed(0)} ms at most of ${times}, run ${run + 1} of ${runs}`)
      took.push(...ofKind)
    }
    ofRuns.push(Math.max(...took))
  }
  return ofRuns
}

const kinds: Readonly<Record<string, (taking: Taking) => Promise<number>>> = {
  session: async (taking) => {
    const user = await someone(taking)
    const { ended } = await followed(taking, user.token)
    return actsAfter(taking, 'mutation ($u: ID!) { it: endSessions(input: { user: $u }) { refusal { code } } }', { u: user.id }, () => ended)
  },
  'access token': async (taking) => {
    const user = await someone(taking)
    const make = 'mutation { it: createAccessToken(input: { name: "script" }) { accessToken { id } secret refusal { code } } }'
    const { accessToken, secret } = await commanding<{ accessToken: { id: string }; secret: string }>(taking.doors, user.token, make, {})
    const { ended } = await followed(taking, secret)
    const mutation = 'mutation ($t: ID!) { it: revokeAccessToken(input: { accessToken: $t }) { refusal { code } } }'
    return actsAfter({ ...taking, admin: user.token }, mutation, { t: accessToken.id }, () => ended)
  },
  user: async (taking) => {
    const user = await someone(taking)
    const { ended } = await followed(taking, user.token)
    return actsAfter(taking, 'mutation ($u: ID!) { it: disableUser(input: { user: $u }) { refusal { code } } }', { u: user.id }, () => ended)
  },
  grant: async (taking) => {
    const user = await someone(taking, [])
    const grant = await granted(taking, user.id, 'VIEW')
    const { ended } = await followed(taking, user.token)
    return actsAfter(taking, revokeGrant, { g: grant }, () => ended)
  },
  secret: async (taking) => {
    const name = `s_${randomHexId().toLowerCase()}`
    const create = 'mutation ($n: String!) { it: createSecret(input: { name: $n, value: "behind the door" }) { refusal { code } } }'
    await commanding(taking.doors, taking.admin, create, { n: name })
    const use = { agent: taking.doors.agentId, app: 'apptest', func: 'helloword', wait: false, param: { a: { $secret: name } } }
    const codeAt = async (url: string) => (await answerAt(url, taking.admin, runTask, { input: use })).data?.runTask?.refusal?.code ?? null
    await everywhere(taking, async (url) => (await codeAt(url)) === null)
    const mutation = 'mutation ($n: String!) { it: deleteSecret(input: { name: $n }) { refusal { code } } }'
    return actsAfter(taking, mutation, { n: name }, () => everywhere(taking, async (url) => (await codeAt(url)) === 'SECRET_UNKNOWN'))
  },
  agent: async (taking) => {
    const cut = Promise.withResolvers<void>()
    const { agentId, link } = bareLink(taking.doors.gatewayUrl, { onDown: (wasUp) => wasUp && cut.resolve() })
    try {
      while (!link.isUp) await delay(askEveryMs)
      return await actsAfter(
        taking,
        'mutation ($a: ID!) { it: revokeAgent(input: { agent: $a }) { refusal { code } } }',
        { a: agentId },
        () => cut.promise,
      )
    } finally {
      await link.stop('the bench is over')
    }
  },
}

const listTasks = '{ tasks(first: 1) { nodes { id } } }'
const runTask = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { refusal { code } } }'
const revokeGrant = 'mutation ($g: ID!) { it: revokeGrant(input: { grant: $g }) { refusal { code } } }'

/** Takes away; returns the ms from the answer until it acts. */
async function actsAfter({ doors, admin }: Taking, mutation: string, variables: object, acts: () => Promise<void>): Promise<number> {
  await commanding(doors, admin, mutation, variables)
  const answeredAt = performance.now()
  await Promise.race([acts(), delay(longestMs, null, { ref: false }).then(() => Promise.reject(new Error('what was taken away still works')))])
  return performance.now() - answeredAt
}

async function someone(taking: Taking, roles: readonly string[] = ['operator']): Promise<{ readonly id: string; readonly token: string }> {
  const user = await newUser(taking.doors, taking.admin, { name: `u-${randomHexId().toLowerCase()}`, roles })
  // Another instance may not know yet that the password has been changed.
  if (roles.length > 0) await everywhere(taking, async (url) => (await answerAt(url, user.token, listTasks)).errors === undefined)
  return user
}

async function granted({ doors, admin }: Taking, user: string, permission: string): Promise<string> {
  const give = `mutation ($u: String!) { it: grant(input: { subject: { kind: USER, id: $u }, permission: ${permission} }) { grant { id } refusal { code } } }`
  return (await commanding<{ grant: { id: string } }>(doors, admin, give, { u: user })).grant.id
}

/** Follows tasks at each instance; resolves when all follow. `ended` resolves when each has ended. */
async function followed(taking: Taking, token: string): Promise<{ readonly ended: Promise<void> }> {
  await everywhere(taking, async (url) => (await answerAt(url, token, listTasks)).errors === undefined)
  const all = await Promise.all(taking.doors.instances.map((url) => following(url, token)))
  return { ended: Promise.all(all.map(({ ended }) => ended)).then(() => undefined) }
}

async function following(url: string, token: string): Promise<{ readonly ended: Promise<void> }> {
  const ended = Promise.withResolvers<void>()
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => ended.resolve(),
  })
  client.on('closed', () => ended.resolve())
  client.subscribe(
    { query: 'subscription { taskChanged { task { id } } }' },
    { next: ({ errors }) => errors && ended.resolve(), error: () => ended.resolve(), complete: () => ended.resolve() },
  )
  // It is open when something was answered behind it.
  const { value } = await client.iterate({ query: '{ viewer { scopes } }' }).next()
  if (!value?.data) throw new Error('a socket was refused')
  return { ended: ended.promise.then(() => client.dispose()) }
}

/** Resolves when something is true of every instance. Throws where it takes too long. */
async function everywhere({ doors }: Taking, isTrue: (url: string) => Promise<boolean>): Promise<void> {
  const due = performance.now() + longestMs
  const one = async (url: string) => {
    while (!(await isTrue(url))) {
      if (performance.now() > due) throw new Error('an instance does not know what another one does')
      await delay(askEveryMs)
    }
  }
  await Promise.all(doors.instances.map(one))
}

interface Answer {
  readonly data?: { readonly runTask?: { readonly refusal: { readonly code: string } | null } }
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

/** Throws where the document is none. */
async function answerAt(url: string, token: string, query: string, variables: object = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()) as Answer
  if (answer.errors?.some(({ extensions }) => extensions.code === 'BAD_REQUEST')) throw new Error(JSON.stringify(answer.errors))
  return answer
}
