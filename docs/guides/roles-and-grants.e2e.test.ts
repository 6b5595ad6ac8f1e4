import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RestAnswer, startPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { signedQuery } from '@elves/tests/support/sign-v2.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, in their order, and what it says of REST v2, on a platform whose auth keys have grants. */

let platform: TestPlatform
beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_REST_MODE: 'supervisor' }, sharesBroker: true })
})
afterAll(() => platform?.dispose())

const guide = readFileSync(join(import.meta.dirname, 'roles-and-grants.md'), 'utf8')
const samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)

/** Runs the sample with this field. */
function sample<Data>(field: string, variables: object = {}): Promise<Data> {
  const found = samples.filter((text) => text.includes(`${field}(`))
  expect(found, field).toHaveLength(1)
  return platform.graphql<Data>(found[0] ?? '', variables)
}

async function rest(authId: string, key: string, path: string, parameters: Record<string, string> = {}): Promise<RestAnswer> {
  const { url } = platform.ready()
  return (await (await fetch(`${url}${path}?${signedQuery({ path, parameters, key }, authId)}`)).json()) as RestAnswer
}

test('the samples make a role, a key and a grant, say why and who, and revoke it', async () => {
  expect(samples).toHaveLength(6)
  const { createRole } = await sample<{ createRole: object }>('createRole')
  expect(createRole).toEqual({ role: { name: 'night-shift', permissions: ['VIEW', 'RUN'], agents: 'env=prod' }, refusal: null })
  const { createAuthKey } = await sample<{ createAuthKey: { authKey: { id: string }; refusal: null } }>('createAuthKey')
  const key = createAuthKey.authKey.id
  const given = await sample<{ grant: { grant: { id: string; sentence: string } } }>('grant', { key })
  const { id: grant, sentence } = given.grant.grant
  expect(sentence).toMatch(
    /^Auth key \w+ may run function reload of app nginx on agents env=prod until 2099-01-01T00:00:00.000Z \(given by local at /,
  )
  const asked = () => sample<{ access: { isAllowed: boolean; sentence: string; inChinese: string; because: { id: string }[] } }>('access', { key })
  await waitFor(async () => (await asked()).access.isAllowed)
  const { access } = await asked()
  expect(access.because.map(({ id }) => id)).toEqual([grant])
  expect(access.sentence).toMatch(/^Auth key deploy may run function reload of app nginx on all agents, because auth key deploy may run/)
  expect(access.inChinese).toMatch(/^认证密钥 deploy 可以运行/)
  const { whoCan } = await sample<{ whoCan: { subject: object }[] }>('whoCan')
  expect(whoCan.map(({ subject }) => subject)).toContainEqual({ kind: 'AUTH_KEY', name: 'deploy' })
  const { revokeGrant } = await sample<{ revokeGrant: object }>('revokeGrant', { grant })
  expect(revokeGrant).toEqual({ grant: { state: 'REVOKED', revokeReason: 'the script is not used any more' }, refusal: null })
  await waitFor(async () => !(await asked()).access.isAllowed)
})

test('REST v2 answers an auth key by its grants: 401.6, 413.1, 413.2, with the texts of the contract', async () => {
  interface Made {
    readonly authKey: { readonly id: string }
    readonly secret: string
  }
  const make = async (input: string) =>
    (await platform.graphql<{ made: Made }>(`mutation { made: createAuthKey(input: { ${input} }) { authKey { id } secret } }`)).made
  const { authKey, secret } = await make('name: "script", app: "apptest"')
  const { id } = authKey
  const exec = (key: string, app = 'apptest') => rest(id, key, '/api/v2/rt/exec', { ip: '127.0.0.1', app, func: 'helloword' })
  const refused = (error: string) => ({ flag: 'false', error })
  // Another instance may answer the next call, and hear of a change a moment later.
  const soon = <Value>(ask: () => Promise<Value>) => expect.poll(ask, { timeout: 30_000 })
  await waitFor(async () => (await exec(secret)).error === '[401.6]Unauthorized AuthId Permission Denied')
  await soon(() => exec('wrong')).toEqual(refused('[401.5]Unauthorized Sign Error'))
  expect(await rest('0000000000000000', secret, '/api/v2/info/agents')).toEqual(refused('[413.1]AuthId Not Found'))
  await soon(() => rest(id, secret, '/api/v2/info/app')).toEqual(refused('[413.2]App Not Found'))
  await soon(async () => (await rest(id, secret, '/api/v2/info/agents')).result).toEqual([])

  const grant = `mutation { grant(input: { subject: { kind: AUTH_KEY, id: "${id}" }, permission: RUN, apps: ["apptest"] }) { grant { id } } }`
  const given = await platform.graphql<{ grant: { grant: { id: string } } }>(grant)
  await waitFor(async () => (await exec(secret)).result?.['worker_flag'] === '1')
  await soon(() => exec(secret, 'other')).toEqual(refused('[401.6]Unauthorized AuthId Permission Denied'))
  const agents = platform.ready().agents.map(({ ip }) => ip)
  await soon(async () => [...((await rest(id, secret, '/api/v2/info/agents')).result as unknown as string[])].sort()).toEqual(agents.sort())
  await platform.graphql('mutation { createApp(input: { name: "apptest", displayName: "Test" }) { refusal { code } } }')
  await soon(async () => (await rest(id, secret, '/api/v2/info/app')).result).toMatchObject({ app: 'apptest', app_name: 'Test', app_ver: '' })

  const rotate = `mutation { rotateAuthKey(input: { id: "${id}" }) { secret } }`
  const rotated = await platform.graphql<{ rotateAuthKey: { secret: string } }>(rotate)
  await waitFor(async () => (await exec(rotated.rotateAuthKey.secret)).flag === 'true')
  await soon(async () => (await exec(secret)).flag).toBe('true')

  await platform.graphql(`mutation { revokeGrant(input: { grant: "${given.grant.grant.id}" }) { refusal { code } } }`)
  await waitFor(async () => (await exec(secret)).error === '[401.6]Unauthorized AuthId Permission Denied')
  await platform.graphql(`mutation { revokeAuthKey(input: { id: "${id}" }) { refusal { code } } }`)
  await waitFor(async () => (await exec(secret)).error === '[413.1]AuthId Not Found')
  await soon(async () => {
    const denied = '{ events(filter: { types: ["AccessDenied"] }) { nodes { actor { id } } } }'
    const { events } = await platform.graphql<{ events: { nodes: { actor: { id: string } }[] } }>(denied)
    return events.nodes.map(({ actor }) => actor.id)
  }).toContain(id)
})
