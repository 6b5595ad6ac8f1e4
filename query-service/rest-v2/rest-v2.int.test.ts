import { silentLogger } from '@elves/core/foundation/log.ts'
import { listen } from '@elves/core/http/listen.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { signedQuery } from '@elves/tests/support/sign-v2.ts'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { restEndpoints } from '../features.ts'
import { type Edge, edge } from '../tests/edge.ts'
import type { AuthKeys } from './auth-keys.ts'
import { restV2 } from './rest-v2.ts'

/** Whatever a script sends to REST v2, the answer has the envelope and a code of the contract. */

const [authId, key] = ['ops', 'testkey']
const headers = { host: 'localhost' }
const form = 'application/x-www-form-urlencoded'
const rtExec = '/api/v2/rt/exec'
const wanted = { ip: '10.0.0.1', app: 'apptest', func: 'helloword' }
let it: Edge
/** A good request, signed once. */
let good: string

beforeAll(async () => {
  it = await edge({ env: { ELVES_AUTH_ID: authId, ELVES_AUTH_KEY: key } })
  good = signed(rtExec, wanted)
})

afterAll(() => it.stop())

const signed = (path: string, parameters: Record<string, string> = {}) => signedQuery({ path, parameters, key }, authId)

async function answerOf(request: object): Promise<{ status: number; flag: string; error: string }> {
  const answer = await it.server.inject({ headers, ...request })
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  return { status: answer.statusCode, ...answer.json() }
}

test.each([['402.1', '(supervisor)', ['info/app', 'info/apps']]])(
  'answers [%s] where the module %s is not there, once the signature is good',
  async (code, module, names) => {
    for (const path of names.map((name) => `/api/v2/${name}`)) {
      const off = { status: 200, flag: 'false', error: `[${code}]Require Module ${module} Not Enabled` }
      const query = signed(path, { ip: '10.0.0.1' })
      expect(await answerOf({ url: `${path}?${query}` })).toEqual(off)
      expect(await answerOf({ method: 'POST', url: path, headers: { ...headers, 'content-type': form }, payload: query })).toEqual(off)
      expect((await answerOf({ url: path })).error).toBe('[401.1]Unauthorized Missing Sign Param')
    }
  },
)

test('keeps to the envelope where nothing is', async () => {
  const nothing = { status: 404, flag: 'false', error: '[500]Internal ServerError: nothing is at /api/v2/queue/nonsense' }
  expect(await answerOf({ url: '/api/v2/queue/nonsense?a=b' })).toEqual(nothing)
  expect(await answerOf({ method: 'POST', url: '/api/v2/queue/nonsense' })).toEqual(nothing)
})

test.each([form, `${form}; charset=utf-8`, `${form};charset`, `${form}; charset=GBK`, form.toUpperCase(), `${form};;=`])(
  'takes a form of type %s',
  async (type) => {
    const answer = await answerOf({ method: 'POST', url: rtExec, headers: { ...headers, 'content-type': type }, payload: good })
    expect(answer.flag).toBe('true')
  },
)

test.each(['nonsense', '/', ';', 'text/', 'a/b/c', 'application/json', '\u00d6'])('a body of type %s has no parameters', async (type) => {
  const request = { method: 'POST', url: rtExec, headers: { ...headers, 'content-type': type }, payload: good }
  expect(await answerOf(request)).toEqual({ status: 200, flag: 'false', error: '[401.1]Unauthorized Missing Sign Param' })
  // The parameters in the URL still count.
  expect((await answerOf({ ...request, url: `${rtExec}?${good}` })).flag).toBe('true')
})

const gbk = '%d6%d0'
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const illegal = ': ENCODING_INVALID, the value is not UTF-8'

test.each([
  ['the param', `param=${gbk}`, `[403.2]Request Params (param) Illegal${illegal}`],
  ['half a character of the param', 'param=%e4%b8', `[403.2]Request Params (param) Illegal${illegal}`],
  ['half an emoji in the param', 'param=%ed%a0%bd', `[403.2]Request Params (param) Illegal${illegal}`],
  ['the app', `app=${gbk}`, `[403.3]Request Params (app) Illegal${illegal}`],
  ['the func', `func=${gbk}`, `[403.7]Request Params (func) Illegal${illegal}`],
  ['the auth id', `auth_id=${gbk}`, `[401.2]Unauthorized AuthId Is Illegal${illegal}`],
  ['a parameter of no code', `x=${gbk}`, `[401.5]Unauthorized Sign Error${illegal}`],
  ['a name', `${gbk}=x`, `[401.5]Unauthorized Sign Error${illegal}`],
])('refuses %s in bytes that are not UTF-8', async (_what, pair, error) => {
  const before = it.commands.requests.length
  const refused = { status: 200, flag: 'false', error }
  expect(await answerOf({ url: `${rtExec}?${good}&${pair}` })).toEqual(refused)
  const post = { method: 'POST', url: rtExec, headers: { ...headers, 'content-type': form } }
  expect(await answerOf({ ...post, payload: `${good}&${pair}` })).toEqual(refused)
  const raw = bytes(`${good}&${pair.replace(/%([0-9a-f]{2})/g, (_whole, hex) => String.fromCharCode(Number.parseInt(hex, 16)))}`)
  expect(await answerOf({ ...post, payload: raw })).toEqual(refused)
  expect(it.commands.requests.length).toBe(before)
})

test('takes UTF-8 as it is, percent-encoded or not', async () => {
  const parameters = { ...wanted, param: '{"a":"\u4e2d\u6587 \ud83d\ude00 %zz +"}' }
  const query = signed(rtExec, parameters)
  const post = { method: 'POST', url: rtExec, headers: { ...headers, 'content-type': form } }
  const plain = query.replace('%E4%B8%AD', '\u4e2d')
  for (const request of [{ url: `${rtExec}?${query}` }, { ...post, payload: query }, { ...post, payload: plain }]) {
    expect((await answerOf(request)).error).toBe('')
    expect(it.commands.requests.at(-1)?.param).toBe(parameters.param)
  }
})

const noAccess = { subjectOf: () => null, may: async () => false }

test('with an auth id that has grants, answers what it may not as 401.6, and its app that is not there as 413.2', async () => {
  const registry = new Registry()
  const server = serviceServer({ logger: silentLogger, registry, allowedHosts: [], webSocketPaths: [], readiness: async () => {} })
  const authKeys: AuthKeys = {
    keysOf: async (id) => (id === authId ? [key] : null),
    mayRun: async (_id, app, ip) => (app === null || app === wanted.app) && (ip === null || ip === wanted.ip),
    appOf: async () => null,
    used: () => undefined,
  }
  const services = {
    commands: it.commands,
    readModels: it.readModels,
    readPosition: { reached: async () => undefined },
    authKeys,
    access: noAccess,
    timeZone: 'UTC',
  }
  await restV2(server, { services, endpoints: restEndpoints, authKeys, hasModule: () => true, now: Date.now, registry })
  const url = await listen(server, { host: '127.0.0.1', port: 0, setting: 'ELVES_HTTP_PORT' })
  try {
    const errorOf = async (path: string, parameters: Record<string, string> = {}) => {
      const query = signed(path, parameters)
      const byGet = await fetch(`${url}${path}?${query}`)
      const byPost = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': form }, body: query })
      const { error } = (await byGet.json()) as { error: string }
      expect(await byPost.json()).toMatchObject({ error })
      return error
    }
    expect(await errorOf(rtExec, wanted)).toBe('')
    for (const other of [{ app: 'other' }, { ip: '10.0.0.2' }]) {
      expect(await errorOf(rtExec, { ...wanted, ...other })).toBe('[401.6]Unauthorized AuthId Permission Denied')
    }
    expect(await errorOf('/api/v2/info/agents/detail', { ip: '10.0.0.2' })).toBe('[401.6]Unauthorized AuthId Permission Denied')
    for (const path of ['/api/v2/info/app', '/api/v2/info/apps']) expect(await errorOf(path)).toBe('[413.2]App Not Found')
  } finally {
    await server.close()
  }
})
