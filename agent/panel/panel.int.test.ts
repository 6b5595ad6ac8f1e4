import { readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { signedQuery } from '@elves/tests/support/sign-v2.ts'
import { afterEach, expect, test } from 'vitest'
import { agentSettings } from '../agent-settings.ts'
import { examplesDir, testFolder } from '../runner/fixtures/test-app.ts'
import { workerRunner } from '../runner/worker-runner.ts'
import { type Panel, panel } from './panel.ts'
import { PanelStats } from './panel-stats.ts'

const folder = testFolder()
const closing: (() => Promise<void>)[] = []
async function closed(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}
afterEach(closed)

interface Told {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly authId: string
  readonly authKey: string
}

async function started(changes: Readonly<Record<string, string>>): Promise<{ shown: Panel; told: Told; stats: PanelStats }> {
  const env = { ELVES_AGENT_DATA_DIR: folder.dir, ELVES_AGENT_APPS_DIR: examplesDir, ELVES_AGENT_WORKER_NICE: '0', ...changes }
  const settings = agentSettings(readSettings({ ELVES_GATEWAY_URL: 'ws://127.0.0.1:1/', ...env }))
  if (!settings.panel) throw new Error('no panel')
  const runner = await workerRunner({ ...settings.workers, dataDir: folder.dir, env: process.env, logger: silentLogger })
  closing.push(() => runner.close())
  const stats = new PanelStats()
  const shown = await panel({
    settings: settings.panel,
    dataDir: folder.dir,
    name: 'host-1',
    stats,
    ip: () => '10.0.0.7',
    heardAt: () => null,
    apps: () => [{ name: 'apptest', version: '1.0', isLocal: true }],
    crons: () => [],
    runner,
    logger: silentLogger,
  })
  closing.push(() => shown.stop())
  return { shown, stats, told: JSON.parse(await readFile(join(folder.dir, 'panel.json'), 'utf8')) as Told }
}

const known = ({ user, password }: Told) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` })
const off = { ELVES_AGENT_PANEL: '0' }
const developing = { ...off, ELVES_AGENT_DEVELOPER_MODE: 'on' }

test('answers whoever has its password, which its owner alone can read; nobody else', async () => {
  const { shown, told } = await started(off)
  expect(shown.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  expect((await stat(join(folder.dir, 'panel.json'))).mode & 0o777).toBe(0o600)
  const paths = ['', 'panel.js', 'stat/general', 'stat/apps', 'stat/crons', 'stat/tasks', 'stat/errors', 'api/gettesturl']
  for (const path of paths) {
    expect((await fetch(shown.url + path)).status, path).toBe(401)
    expect((await fetch(shown.url + path, { headers: known({ ...told, password: 'x' }) })).status, path).toBe(401)
    expect((await fetch(shown.url + path, { headers: known(told) })).status, path).toBe(200)
  }
  expect((await fetch(`${shown.url}stat/nothing`, { headers: known(told) })).status).toBe(404)
  expect((await fetch(`${shown.url}stat/general`, { method: 'POST', headers: known(told) })).status).toBe(405)
})

test('the password stays over a restart, and a set one counts', async () => {
  const { told } = await started(off)
  await closed()
  const { told: again } = await started(off)
  await closed()
  expect(again).toEqual({ ...told, url: again.url })
  const { told: set } = await started({ ...off, ELVES_AGENT_PANEL_PASSWORD: 'of the operator' })
  expect(set.password).toBe('of the operator')
})

test('what it says has the shape of 0.1.x, byte for byte', async () => {
  const { shown, told } = await started(off)
  const answer = await fetch(`${shown.url}stat/general`, { headers: known(told) })
  expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8')
  expect((await answer.text()).replace(/"Uptime":"\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d"/, '"Uptime":"T"')).toBe(
    `{"msg":"success","data":{"Mode":"PRODUCT","Asset":"host-1","Ip":"10.0.0.7","Uptime":"T","Hbtime":"0000/00/00 00:00:00","Ver":"${release}","Apps":{"apptest":"1.0"}}}`,
  )
  expect(await (await fetch(`${shown.url}stat/apps`, { headers: known(told) })).text()).toBe('{"msg":"success","data":{"apptest":"1.0"}}')
  expect(await (await fetch(`${shown.url}stat/crons`, { headers: known(told) })).text()).toBe('{"msg":"success","data":{}}')
})

test('without developer mode it signs nothing and runs nothing', async () => {
  const { shown, told } = await started(off)
  const signed = await fetch(`${shown.url}api/gettesturl?app=apptest&func=helloword`, { headers: known(told) })
  expect(await signed.text()).toBe('{"msg":"success","data":{"status":"false"}}')
  const query = signedQuery(
    { path: '/api/v2/rt/exec', parameters: { ip: '10.0.0.7', app: 'apptest', func: 'helloword' }, key: told.authKey },
    told.authId,
  )
  expect((await fetch(`${shown.url}api/v2/rt/exec?${query}`, { headers: known(told) })).status).toBe(404)
})

test('developer mode signs an address and runs it; so does whoever signs by himself', async () => {
  const { shown, told, stats } = await started(developing)
  const asked = new URLSearchParams({ app: 'apptest', func: 'echo', param: '{"my": "ü & <b>"}', timeout: '30', proxy: '' })
  const signed = (await (await fetch(`${shown.url}api/gettesturl?${asked}`, { headers: known(told) })).json()) as {
    data: { status: string; uri: string }
  }
  expect(signed.data.status).toBe('true')
  const answer = (await (await fetch(`${shown.url}api/v2/rt/exec?${signed.data.uri}`)).json()) as { result: Record<string, string> }
  expect(answer).toMatchObject({ flag: 'true', error: '', result: { worker_flag: '1', worker_message: '{"my": "ü & <b>"}' } })
  expect(answer.result['id']).toMatch(/^[0-9A-F]{16}$/)
  expect(answer.result['worker_costtime']).toMatch(/^\d+$/)

  const parameters = { ip: '10.0.0.7', app: 'apptest', func: 'helloword', param: '{"my": "x"}' }
  for (const signType of ['md5', 'hmac-sha256']) {
    const body = signedQuery({ path: '/api/v2/rt/exec', parameters, key: told.authKey, signType }, told.authId)
    const posted = await fetch(`${shown.url}api/v2/rt/exec`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await posted.json()).toMatchObject({ flag: 'true', result: { worker_flag: '1' } })
  }
  expect(
    stats
      .tasks()
      .slice(0, 4)
      .map(({ App, Func, Type, Flag }) => [App, Func, Type, Flag]),
  ).toEqual([
    ['apptest', 'helloword', 'rt', 'success'],
    ['apptest', 'helloword', 'rt', 'success'],
    ['apptest', 'echo', 'rt', 'success'],
    ['', '', '', ''],
  ])
})

test.each([
  ['a missing sign', { sign: '' }, '[401.1]Unauthorized Missing Sign Param'],
  ['another sign', { sign: '0'.repeat(32) }, '[401.5]Unauthorized Sign Error'],
  ['another parameter', { func: 'crash' }, '[401.5]Unauthorized Sign Error'],
  ['another auth id', { auth_id: 'y' }, '[413.1]AuthId Not Found'],
  ['an old timestamp', { timestamp: '1234567890' }, '[401.7]Unauthorized Sign Timeout'],
])('refuses %s', async (_what, changes, error) => {
  const { shown, told } = await started(developing)
  const parameters = { ip: '10.0.0.7', app: 'apptest', func: 'helloword' }
  const query = new URLSearchParams(signedQuery({ path: '/api/v2/rt/exec', parameters, key: told.authKey }, told.authId))
  for (const [name, value] of Object.entries(changes)) query.set(name, value)
  expect(await (await fetch(`${shown.url}api/v2/rt/exec?${query}`)).json()).toEqual({ flag: 'false', error })
})

test.each([
  ['another agent', { ip: '10.0.0.8' }, '[403.1]Request Params (ip) Illegal'],
  ['no app', { app: '' }, '[403.3]Request Params (app) Illegal'],
  ['no function', { func: ' ' }, '[403.7]Request Params (func) Illegal'],
  ['a timeout of letters', { timeout: 'x' }, '[403.8]Request Params (timeout) Illegal'],
  ['a parameter that is no JSON', { param: '{' }, '[403.2]Request Params (param) Illegal'],
])('refuses %s', async (_what, changes, error) => {
  const { shown, told } = await started(developing)
  const parameters = { ip: '10.0.0.7', app: 'apptest', func: 'helloword', ...changes }
  const query = signedQuery({ path: '/api/v2/rt/exec', parameters, key: told.authKey }, told.authId)
  expect(await (await fetch(`${shown.url}api/v2/rt/exec?${query}`)).json()).toEqual({ flag: 'false', error })
})

test('a page of another origin, and a name that leads here, get nothing', async () => {
  const { shown, told } = await started(developing)
  const statusOf = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request(`${shown.url}stat/general`, { headers: { ...known(told), ...headers } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  expect(await statusOf({ host: 'evil.example' })).toBe(403)
  expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await statusOf({ 'sec-fetch-site': 'same-origin' })).toBe(200)
})
