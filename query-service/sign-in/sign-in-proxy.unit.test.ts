import type { IncomingMessage } from 'node:http'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { beforeEach, describe, expect, it, test } from 'vitest'
import type { Authenticated } from './authenticator.ts'
import { proxyAddresses, SignInProxy } from './sign-in-proxy.ts'

interface Entered {
  readonly name: string
  readonly groups: readonly string[] | null
}

/** What command-service was asked, and the tokens that are good. */
let entered: Entered[]
let good: Set<string>
beforeEach(() => {
  entered = []
  good = new Set()
})

const unauthenticated = () => new ElvesError('UNAUTHENTICATED', 'no')
const userOf = (token: string): Authenticated => ({
  actor: { kind: 'USER', id: token, name: token },
  scopes: null,
  sessionId: null,
  credentialId: null,
  ending: null,
  gate: null,
})

function proxy(groupsHeader = '', addresses = ['10.0.0.0/24', 'fd00::1']): SignInProxy {
  const sessions = {
    async ofToken(token: string) {
      if (!good.has(token)) throw unauthenticated()
      return userOf(token)
    },
    authenticate: async (_request: IncomingMessage, authorization?: string) => userOf(`bearer ${authorization}`),
  }
  const commands = {
    async call(_command: unknown, _caller: unknown, { name, groups }: Entered) {
      entered.push({ name, groups })
      const token = `elves_s_${entered.length}`
      good.add(token)
      return { userId: name, events: [], position: 'p', refusal: null, secret: token }
    },
  }
  return new SignInProxy({
    settings: { ELVES_PROXY_ADDRESSES: addresses, ELVES_PROXY_USER_HEADER: 'x-user', ELVES_PROXY_GROUPS_HEADER: groupsHeader },
    sessions: sessions as never,
    commands: commands as never,
    settled: async () => undefined,
  })
}

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return { headers, socket: { remoteAddress } } as never
}

describe('the user of the header', () => {
  it('is taken from the addresses of the proxy, and from no other', async () => {
    const tested = proxy()
    for (const address of ['10.0.0.7', '::ffff:10.0.0.7', 'fd00::1']) {
      expect((await tested.authenticate(request(address, { 'x-user': 'ann' }))).actor.id).toBe('elves_s_1')
    }
    for (const address of ['10.0.1.7', '::ffff:10.0.1.7', 'fd00::2', '127.0.0.1', '']) {
      await expect(tested.authenticate(request(address, { 'x-user': 'ann' }))).rejects.toThrow(/not in ELVES_PROXY_ADDRESSES/)
    }
    await expect(tested.authenticate(request('10.0.0.7', {}))).rejects.toThrow(/must send the header x-user/)
    expect(entered).toEqual([{ name: 'ann', groups: null }])
  })

  it('has one session, also of requests that come together, and another one after its end', async () => {
    const tested = proxy()
    const ask = () => tested.authenticate(request('10.0.0.7', { 'x-user': 'ann' }))
    await Promise.all([ask(), ask(), ask()])
    expect(entered).toHaveLength(1)
    good.clear()
    expect((await Promise.all([ask(), ask()])).map(({ actor }) => actor.id)).toEqual(['elves_s_2', 'elves_s_2'])
    expect(entered).toHaveLength(2)
  })

  it('is signed in again when the groups are others', async () => {
    const tested = proxy('x-groups')
    for (const groups of ['b, a', 'a,b,', 'a']) await tested.authenticate(request('10.0.0.7', { 'x-user': 'ann', 'x-groups': groups }))
    expect(entered).toEqual([
      { name: 'ann', groups: ['a', 'b'] },
      { name: 'ann', groups: ['a'] },
    ])
  })
})

test('a program gets in by a token of the platform from anywhere; a token of the proxy is nothing', async () => {
  const tested = proxy()
  const from = (address: string, token: string) => tested.authenticate(request(address, { 'x-user': 'ann', authorization: `Bearer ${token}` }))
  expect((await from('192.0.2.1', 'elves_t_x')).actor.id).toBe('bearer Bearer elves_t_x')
  expect((await from('10.0.0.7', 'elves_t_x')).actor.id).toBe('bearer Bearer elves_t_x')
  expect((await from('10.0.0.7', 'ey.of.the.proxy')).actor.id).toBe('elves_s_1')
})

test.each([
  ['none', [], /needs ELVES_PROXY_ADDRESSES/],
  ['everybody', ['10.0.0.1', '0.0.0.0/0'], /that is everybody/],
  ['everybody by IPv6', ['::/0'], /that is everybody/],
  ['no address', ['10.0.0'], /expected an address/],
  ['no network', ['10.0.0.0/33'], /expected an address/],
])('does not start with %s as addresses', (_what, addresses, message) => {
  expect(() => proxyAddresses(addresses)).toThrow(message)
})
