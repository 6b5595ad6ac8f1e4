import type { ElvesError } from '@elves/core/foundation/errors.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, expect, test } from 'vitest'
import { wasOverLimits } from '../graphql/told-over-limits.ts'
import type { Authenticated, Authenticator } from '../sign-in/authenticator.ts'
import { type Edge, edge, type Json } from './edge.ts'

let it: Edge
afterEach(() => it?.stop())

/** Who shows a token is the user of that name, by a session of that name. */
const byToken: Authenticator = {
  authenticate({ headers: { authorization = '' } }): Authenticated {
    const token = authorization.replace('Bearer ', '')
    return { actor: { kind: 'USER', id: `user-${token}`, name: null }, scopes: null, sessionId: token, credentialId: token, ending: null, gate: null }
  },
}

const post = async (token: string, payload: object | string): Promise<Json> => {
  const headers = { host: 'localhost:4100', 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return (await it.server.inject({ method: 'POST', url: '/graphql', headers, payload })).json()
}
const events = async () => {
  const all = await it.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })
  return all.flatMap(({ event, context }) => (event.type === 'RequestRefused' ? [{ ...event.data, actor: context.actor.id }] : []))
}
const told = (count: number) => waitFor(async () => ((await events()).length >= count ? events() : null), { what: `${count} events` })

const one = { query: '{ platform { version } }' }
const aliased = (count: number) => ({ query: `{ ${Array.from({ length: count }, (_, nth) => `a${nth}: platform { version }`).join(' ')} }` })

test.each<[string, object | string]>([
  ['aliases', aliased(51)],
  ['aliases, so many that they are not even parsed', aliased(11_000)],
  ['aliases of a batch together', Array(10).fill(aliased(10))],
  ['a long batch', Array(11).fill(one)],
  ['nesting', { query: `{ agent(id: "x") { ${'tasks(first: 1) { nodes { agent { '.repeat(5)} id ${'} } }'.repeat(5)} } }` }],
  ['nesting beyond any parser', { query: '{ a '.repeat(20_000) }],
  ['page sizes that multiply', { query: '{ tasks(first: 500) { nodes { history(first: 500) { nodes { id } } } } }' }],
  ['a body of many small values', `{"query":"{ a }","variables":{"x":[${'[],'.repeat(1_300_000)}[]]}}`],
])('tells at once of %s, and whose it was', async (_what, payload) => {
  it = await edge({ authenticator: byToken })
  const answer = await post('ann', payload)
  expect(JSON.stringify(answer)).toContain('QUERY_TOO_COMPLEX')
  const [first, ...others] = await told(1)
  const whose = { userId: 'user-ann', credentialId: 'ann', authKeyId: null, origin: null, remoteAddress: '127.0.0.1' }
  expect(first).toMatchObject({ actor: 'sign-in', reason: 'OVER_LIMITS', door: 'POST /graphql', ...whose, count: 1, addresses: 1 })
  expect(others).toEqual([])
})

test('tells a flood of one as one, of another at once, and of what fits nothing', async () => {
  it = await edge({ authenticator: byToken })
  for (let nth = 0; nth < 100; nth++) await post('ann', aliased(51))
  await post('bob', aliased(51))
  await post('cid', aliased(50))
  await post('cid', Array(10).fill(one))
  await post('cid', { query: '{ nothing }' })
  expect((await told(2)).map(({ userId, count }) => [userId, count])).toEqual([
    ['user-ann', 1],
    ['user-bob', 1],
  ])
})

test('tells of a guest as of nobody', async () => {
  it = await edge({ authenticator: 'as set', env: { ELVES_AUTH: 'users', ELVES_SERVICE_SECRET: 'secret-of-the-services-of-this-test' } })
  await it.server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost:4100' }, payload: Array(11).fill(one) })
  expect(await told(1)).toMatchObject([{ reason: 'OVER_LIMITS', userId: null, credentialId: null, remoteAddress: '127.0.0.1' }])
})

test('a field that has too much to read is no request over the limits', () => {
  const extensions = { code: 'QUERY_TOO_COMPLEX' satisfies ElvesError['code'], correlationId: 'c' }
  const errors = [{ message: 'too many tasks', path: ['queue', 'counts'], extensions }]
  expect([wasOverLimits({ data: null, errors }), wasOverLimits({ errors }), wasOverLimits({ data: null })]).toEqual([false, true, false])
})
