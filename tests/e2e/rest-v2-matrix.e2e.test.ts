import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { codeOf, type KeyName, type Keys, makeKeys, signed } from './matrix/keys.ts'
import { contract, hello } from './rest-v2-contract.ts'

/** Every endpoint of REST v2, asked with keys of each kind: each is allowed, or refused with the code that the contract has for it. */

let platform: TestPlatform
let keys: Keys
let admin = ''
const people = peopleOf(() => platform)

/** A queue and a cron of the key that fits. */
let queue = ''
let cron = ''

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users', ELVES_REST_MODE: 'supervisor' }, sharesBroker: true })
  admin = await people.firstAdmin('a third horse of staples')
  await people.ask('mutation { createApp(input: { name: "apptest" }) { refusal { code } } }', {}, as(admin))
  keys = await makeKeys(platform, people, admin)
  queue = resultOf(await asked('queue/create', 'fits', { app: 'apptest' })).id
  await asked('queue/addtask', 'fits', { queue_id: queue, ip: hello.ip, func: 'helloword' })
  cron = resultOf(await asked('cron/add', 'fits', { ...hello, rule: '0 0 0 1 1 ? 2099' })).id
  // Every instance has the app, whose name info/app tells.
  await waitFor(async () => (await Promise.all([1, 2, 3, 4].map(() => asked('info/app', 'fits', {})))).every((answer) => codeOf(answer) === 'OK'))
})
afterAll(() => platform?.dispose())

const asked = (name: string, key: KeyName, parameters: Record<string, string>, how: { method?: 'GET' | 'POST'; atMs?: number } = {}) =>
  signed(platform.ready().url, name, keys[key], parameters, how)
const resultOf = (answer: string) => JSON.parse(answer).result

interface EndpointLine {
  readonly parameters: () => Record<string, string>
  /** What a key gets that has no grant (any more). */
  readonly without: string
  /** What a key gets whose grants are over another app, on all agents. */
  readonly elsewhere: string
}

const no = '401.6'
const command = (parameters: () => Record<string, string>): EndpointLine => ({ parameters, without: no, elsewhere: no })
/** What a key may not read is answered as if it were not there. */
const hidden = (code: string, parameters: () => Record<string, string>): EndpointLine => ({ parameters, without: code, elsewhere: code })
const own: EndpointLine = { parameters: () => ({}), without: 'OK', elsewhere: 'OK' }
const ofQueue = () => ({ queue_id: queue })
const ofCron = () => ({ cron_id: cron })

/** In an order in which the key that fits can ask them. */
const endpoints: Readonly<Record<string, EndpointLine>> = {
  'rt/exec': command(() => hello),
  'queue/create': command(() => ({ app: 'apptest' })),
  'queue/addtask': command(() => ({ ...ofQueue(), ip: hello.ip, func: 'helloword' })),
  'queue/commit': command(ofQueue),
  'queue/result': hidden('412.1', ofQueue),
  'queue/stop': command(ofQueue),
  'queue/qksqueue': command(() => hello),
  'cron/add': command(() => ({ ...hello, rule: '0 0 0 1 1 ? 2099' })),
  'cron/stop': command(ofCron),
  'cron/start': command(ofCron),
  'cron/detail': hidden('411.1', ofCron),
  'cron/info': hidden('411.1', ofCron),
  'cron/delete': command(ofCron),
  'info/app': own,
  'info/apps': own,
  // A key without grants is told of no agent, and one for another app may run that on each.
  'info/agents': own,
  'info/agents/detail': { parameters: () => ({ ip: hello.ip }), without: no, elsewhere: 'OK' },
}

test('has a line for each endpoint of the contract, and the platform describes no other', async () => {
  expect(Object.keys(endpoints).sort()).toEqual(Object.keys(contract).sort())
  const document = (await (await fetch(`${platform.ready().url}/api/v2/openapi.json`)).json()) as { paths: object }
  expect(Object.keys(document.paths).sort()).toEqual(
    Object.keys(contract)
      .map((name) => `/api/v2/${name}`)
      .sort(),
  )
})

describe.each(Object.entries(endpoints))('%s', (name, { parameters, without, elsewhere }) => {
  test('is refused to nobody, to a wrong signature, an old one, an unknown key and a revoked one, with their codes', async () => {
    const { url } = platform.ready()
    const wrong = { ...keys.fits, secret: 'a guess' }
    const unknown = { id: '0000000000000000', secret: 'x' }
    for (const method of ['GET', 'POST'] as const) {
      const told = {
        nobody: codeOf(await (await fetch(`${url}/api/v2/${name}?${new URLSearchParams(parameters())}`, { method })).text()),
        wrong: codeOf(await signed(url, name, wrong, parameters(), { method })),
        old: codeOf(await asked(name, 'fits', parameters(), { method, atMs: Date.now() - 200_000 })),
        unknown: codeOf(await signed(url, name, unknown, parameters(), { method })),
        revoked: codeOf(await asked(name, 'revoked', parameters(), { method })),
      }
      expect(told).toEqual({ nobody: '401.1', wrong: '401.5', old: '401.7', unknown: '413.1', revoked: '413.1' })
    }
  })

  test('is answered by the grants of a key', async () => {
    for (const method of ['GET', 'POST'] as const) {
      const told: Record<string, string> = {}
      for (const key of ['without', 'expired', 'revokedGrant', 'elsewhere'] as const) {
        told[key] = codeOf(await asked(name, key, parameters(), { method }))
      }
      expect(told).toEqual({ without, expired: without, revokedGrant: without, elsewhere })
    }
    expect(codeOf(await asked(name, 'fits', parameters()))).toBe('OK')
  })
})

test('info/agents tells a key only of agents on which it may run something', async () => {
  const ips = platform.ready().agents.map(({ ip }) => ip)
  for (const key of ['without', 'expired', 'revokedGrant'] as const) expect(resultOf(await asked('info/agents', key, {}))).toEqual([])
  for (const key of ['fits', 'elsewhere'] as const) {
    await waitFor(async () => JSON.stringify([...resultOf(await asked('info/agents', key, {}))].sort()) === JSON.stringify([...ips].sort()))
  }
})

test('each refusal leaves the event that an auditor looks for', async () => {
  const told = async (types: readonly string[]) => {
    const query = 'query ($t: [String!]) { events(filter: { types: $t }, first: 500) { nodes { actor { kind id } data } } }'
    return (await people.ask(query, { t: types }, as(admin))).data.events.nodes as {
      actor: { kind: string; id: string }
      data: Record<string, unknown>
    }[]
  }
  const refused = async (reason: string, authKeyId: string) => {
    const found = async () => (await told(['RequestRefused'])).find(({ data }) => data['reason'] === reason && data['authKeyId'] === authKeyId)
    const event = await waitFor(found, { what: `${reason} of ${authKeyId}` })
    expect(event).toMatchObject({ actor: { kind: 'SYSTEM', id: 'sign-in' }, data: { remoteAddress: expect.stringMatching(/\d/) } })
  }
  await refused('SIGNATURE_WRONG', keys.fits.id)
  await refused('SIGNATURE_OLD', keys.fits.id)
  await refused('KEY_UNKNOWN', '0000000000000000')
  await refused('KEY_UNKNOWN', keys.revoked.id)
  for (const { id } of [keys.without, keys.expired, keys.revokedGrant, keys.elsewhere]) {
    await waitFor(async () => (await told(['AccessDenied'])).some(({ actor }) => actor.kind === 'AUTH_KEY' && actor.id === id), {
      what: `denials of ${id}`,
    })
  }
})
