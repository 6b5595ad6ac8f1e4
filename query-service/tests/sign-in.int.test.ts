import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { WebSocket } from 'ws'
import { cookieSeconds, localAdmin } from '../sign-in/local-admin.ts'
import { tokenOfFile } from '../sign-in/token-file.ts'
import { type Edge, edge } from './edge.ts'

const token = 'the-token-of-this-test-has-43-characters-12'
let tested: Edge
let url: string
let port: number

beforeAll(async () => {
  tested = await edge({
    env: { ELVES_TOKEN: token, ELVES_APP_PACKAGES_DIR: await mkdtemp(join(tmpdir(), 'elves-sign-in-')) },
    authenticator: 'as set',
  })
  await tested.server.listen({ host: '127.0.0.1', port: 0 })
  port = (tested.server.server.address() as AddressInfo).port
  url = `http://127.0.0.1:${port}`
})
afterAll(() => tested.stop())

const query = JSON.stringify({ query: '{ platform { version } }' })
const json = { 'content-type': 'application/json' }
const bearer = { authorization: `Bearer ${token}` }
/** Every door of people, with a request that is otherwise well-formed. */
const doors: readonly (readonly [string, RequestInit])[] = [
  ['/graphql', { method: 'POST', headers: json, body: query }],
  ['/graphql', { method: 'POST', headers: json, body: `[${query}]` }],
  ['/graphql?query={platform{version}}', {}],
  ['/audit/export', {}],
  ['/apps/apptest/versions/1.0/package', {}],
  ['/apps/apptest/versions/1.0', { method: 'PUT', body: 'zip', headers: { 'content-type': 'application/zip' } }],
]

async function ask([path, init]: readonly [string, RequestInit], headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(url + path, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } })
  return { status: response.status, text: await response.text() }
}

describe.each(doors)('%s %o', (...door) => {
  it.each([
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['another token', { authorization: `Bearer ${token}x` }],
    ['the token by another scheme', { authorization: `Basic ${token}` }],
    ['a cookie that is the token', { cookie: `elves_PORT=${token}`, origin: 'ORIGIN' }],
  ])('refuses %s, and says how', async (_what, headers: Record<string, string>) => {
    const here = Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port)).replace('ORIGIN', url)])
    const { status, text } = await ask(door, Object.fromEntries(here))
    expect(status).toBe(401)
    expect(text).toMatch(/UNAUTHENTICATED/)
    expect(text).toMatch(/Authorization: Bearer/)
    expect(text).not.toContain(token)
  })

  it('takes the token', async () => {
    expect((await ask(door, bearer)).status).not.toBe(401)
  })
})

test.each(['/healthz', '/readyz', '/metrics', '/graphiql'])('%s is open', async (path) => {
  expect((await ask([path, {}])).status).toBe(200)
})

/** Opens the link of the start message, as a browser does. */
async function signedIn(given = token): Promise<Response> {
  return fetch(`${url}/?token=${given}`, { redirect: 'manual', headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' } })
}

async function cookie(): Promise<string> {
  return ((await signedIn()).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

describe('the link of the start message', () => {
  it('becomes a cookie that no script reads and no other site has sent, and leads to an address without the token', async () => {
    const response = await signedIn()
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    const set = response.headers.get('set-cookie') ?? ''
    expect(set).toMatch(new RegExp(`^elves_${port}=\\d{10}\\.[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`))
    expect(set).not.toContain(token)
  })

  it('does nothing with another token', async () => {
    const response = await signedIn('another')
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null])
  })
})

describe('the cookie', () => {
  const post = doors[0] as (typeof doors)[number]

  it('lets a page of the platform ask', async () => {
    expect((await ask(post, { cookie: await cookie(), origin: url })).status).toBe(200)
    expect((await ask(post, { cookie: await cookie(), 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await ask(['/graphql?query={platform{version}}', {}], { cookie: await cookie() })).status).toBe(200)
  })

  it('is not the token', async () => {
    const [, value = ''] = (await cookie()).split('=')
    expect((await ask(post, { authorization: `Bearer ${value}` })).status).toBe(401)
  })

  it.each([
    ['a page of another host', { origin: 'http://evil.example' }, 403],
    ['a page of another port of this host', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a page of another site, whose browser sends no origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of the same site, which is another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['who does not say which page it is', {}, 401],
  ])('changes nothing for %s', async (_what, headers: Record<string, string>, status) => {
    expect((await ask(post, { ...headers, cookie: await cookie() })).status).toBe(status)
    const put = doors.at(-1) as (typeof doors)[number]
    expect((await ask(put, { ...headers, cookie: await cookie() })).status).toBe(status)
  })

  it('changes nothing by a form, whatever page sends it', async () => {
    const form = { method: 'POST', body: 'query=mutation', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
    expect((await ask(['/graphql', form], { cookie: await cookie(), origin: url })).status).toBe(415)
  })
})

describe('a WebSocket', () => {
  const operation = { query: '{ platform { version } }' }

  /** Asks one thing; returns the close code where it gets no answer. */
  async function asked(headers: Record<string, string>, connectionParams: Record<string, unknown> = {}): Promise<'answered' | number> {
    class Dialled extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers })
      }
    }
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: Dialled, connectionParams, retryAttempts: 0 })
    try {
      for await (const { data } of client.iterate(operation)) if (data) return 'answered'
      return 0
    } catch (error) {
      return (error as { code?: number }).code ?? Number(/\d{3}/.exec((error as Error).message)?.[0] ?? -1)
    } finally {
      await client.dispose()
    }
  }

  it('takes the token by header, by connectionParams and by cookie', async () => {
    expect(await asked(bearer)).toBe('answered')
    expect(await asked({}, bearer)).toBe('answered')
    expect(await asked({}, { Authorization: bearer.authorization })).toBe('answered')
    expect(await asked({ cookie: await cookie(), origin: url })).toBe('answered')
  })

  it('is closed with 4401 before its first operation where its client does not say who it is', async () => {
    expect(await asked({})).toBe(4401)
    expect(await asked({}, { authorization: 'Bearer another' })).toBe(4401)
    expect(await asked({}, { authorization: { token } })).toBe(4401)
    // A browser names the page with every WebSocket.
    expect(await asked({ cookie: await cookie() })).toBe(4401)
  })

  it('is refused before it is one where its header is wrong, or its page is of another origin', async () => {
    expect(await asked({ authorization: 'Bearer another' }, bearer)).toBe(401)
    expect(await asked({ cookie: await cookie(), origin: 'http://127.0.0.1:1' })).toBe(403)
  })

  it('that a cookie opened is closed when the cookie ends', async () => {
    const endsSoon = localAdmin(token, () => Date.now() - cookieSeconds * 1000 + 2_000).cookieFor(token)
    const headers = { cookie: `elves_${port}=${endsSoon}`, origin: url }
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
    const heard: string[] = []
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    socket.on('message', (data) => void heard.push(String(data)))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    expect(await closed).toBe(4401)
    expect(heard).toEqual(['{"type":"connection_ack"}'])
  })

  it('answers nothing to who subscribes without having said hello', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const heard: string[] = []
    let code = 0
    socket.on('message', (data) => void heard.push(String(data)))
    socket.on('close', (closed) => {
      code = closed
    })
    socket.on('open', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation })))
    await waitFor(() => code !== 0, { what: 'the close' })
    expect([code, heard]).toEqual([4401, []])
  })
})

test('the cookie ends: the server takes it no longer than the browser keeps it, and no end that it did not set itself', () => {
  let now = Date.now()
  const admin = localAdmin(token, () => now)
  const request = (cookie: string) => ({ method: 'GET', headers: { host: '127.0.0.1:4100', cookie: `elves_4100=${cookie}` } }) as IncomingMessage
  const given = admin.cookieFor(token) ?? ''
  expect(admin.authenticate(request(given))).toMatchObject({ actor: { kind: 'LOCAL' } })
  const [end, mac] = given.split('.')
  expect(() => admin.authenticate(request(`${Number(end) + 1}.${mac}`))).toThrow(/not one of this platform, or it has ended/)
  expect(() => admin.authenticate(request(mac ?? ''))).toThrow(/not one of this platform/)
  now += cookieSeconds * 1000
  expect(() => admin.authenticate(request(given))).toThrow(/not one of this platform, or it has ended/)
})

test.each(['//', '//?token=x', '///a', '/?%', '/?token=%ff'])('%s is answered without an error in the log', async (path) => {
  const status = await new Promise<number>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject)
  })
  expect(status).toBeLessThan(500)
})

test('a token that could be guessed is refused at the start, and so is none', () => {
  expect(() => localAdmin('')).toThrow(/ELVES_TOKEN must have at least 32/)
  expect(() => localAdmin('x'.repeat(31))).toThrow(/ELVES_TOKEN must have at least 32/)
})

test('the file of the token is made once, for its owner only, whoever is first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-token-'))
  const path = join(folder, 'token')
  const [first, ...others] = await Promise.all([tokenOfFile(path), tokenOfFile(path), tokenOfFile(path)])
  expect(first).toMatch(/^[\w-]{43}$/)
  expect(others).toEqual([first, first])
  expect(await tokenOfFile(path)).toBe(first)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readFile(path, 'utf8')).trim()).toBe(first)
  await expect(tokenOfFile(join(folder, 'nowhere', 'token'))).rejects.toMatchObject({ code: 'FILE_UNUSABLE' })
  await rm(folder, { recursive: true })
})
