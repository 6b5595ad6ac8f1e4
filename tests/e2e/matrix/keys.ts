import { createHash } from 'node:crypto'
import { as, done, type People } from '../../support/people.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { waitFor } from '../../support/wait-for.ts'
import { hello } from '../rest-v2-contract.ts'

/** Who asks REST v2. */
export const keysOfMatrix = ['fits', 'elsewhere', 'without', 'expired', 'revokedGrant', 'revoked'] as const
export type KeyName = (typeof keysOfMatrix)[number]

interface Key {
  readonly id: string
  readonly secret: string
}

export type Keys = Readonly<Record<KeyName, Key>>

const granted = ['VIEW', 'RUN', 'CANCEL', 'SCHEDULE']

/**
 * Makes a key of each kind: with grants over the app that is asked for, over another app, without any, with grants that have expired, with
 * grants that were revoked, and one that was revoked itself. Resolves when all of it holds.
 */
export async function makeKeys(platform: TestPlatform, { ask }: People, admin: string): Promise<Keys> {
  const asAdmin = (query: string, variables: object) => done(ask(query, variables, as(admin)))
  const key = async (name: KeyName): Promise<Key> => {
    const make = 'mutation ($i: CreateAuthKeyInput!) { createAuthKey(input: $i) { authKey { id } secret refusal { code } } }'
    const { authKey, secret } = await asAdmin(make, { i: { name, app: 'apptest' } })
    return { id: authKey.id, secret }
  }
  const give = async ({ id }: Key, app: string, expiresAt: string | null = null): Promise<string[]> => {
    const mutation = 'mutation ($i: GrantInput!) { grant(input: $i) { grant { id } refusal { code } } }'
    const ids: string[] = []
    for (const permission of granted) {
      const { grant } = await asAdmin(mutation, { i: { subject: { kind: 'AUTH_KEY', id }, permission, apps: [app], expiresAt } })
      ids.push(grant.id)
    }
    return ids
  }
  const keys = {} as Record<KeyName, Key>
  for (const name of keysOfMatrix) keys[name] = await key(name)
  await give(keys.expired, 'apptest', new Date(Date.now() + 2_000).toISOString())
  const taken = await give(keys.revokedGrant, 'apptest')
  for (const g of taken) await asAdmin('mutation ($g: ID!) { revokeGrant(input: { grant: $g }) { refusal { code } } }', { g })
  await give(keys.elsewhere, 'other')
  await give(keys.revoked, 'apptest')
  await give(keys.fits, 'apptest')
  await asAdmin('mutation ($k: ID!) { revokeAuthKey(input: { id: $k }) { refusal { code } } }', { k: keys.revoked.id })
  const settled: readonly (readonly [KeyName, RegExp])[] = [
    ['fits', /"flag":"true"/],
    ['revoked', /413\.1/],
    ['expired', /401\.6/],
    ['revokedGrant', /401\.6/],
  ]
  // Each instance hears of it by itself.
  for (const url of instancesOf(platform)) {
    for (const [name, answer] of settled) {
      await waitFor(async () => answer.test(await signed(url, 'info/agents/detail', keys[name], { ip: hello.ip })), { what: `${name} at ${url}` })
    }
  }
  return keys
}

/** Each instance that has doors of people. */
export function instancesOf(platform: TestPlatform): readonly string[] {
  const { url, instances: all } = platform.ready() as { url: string; instances?: Record<string, readonly string[]> }
  return all?.['query-service'] ?? [url]
}

/** Asks an endpoint with a signature; returns the text of the answer. The signature is made here, not by our code. */
export async function signed(
  url: string,
  name: string,
  { id, secret }: Key,
  parameters: Readonly<Record<string, string>>,
  { method = 'GET', atMs = Date.now() }: { readonly method?: 'GET' | 'POST'; readonly atMs?: number } = {},
): Promise<string> {
  const path = `/api/v2/${name}`
  const all = { ...parameters, auth_id: id, timestamp: String(Math.floor(atMs / 1_000)) }
  const pairs = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
  const sign = createHash('md5')
    .update(`${path}?${pairs.join('&')}${secret}`)
    .digest('hex')
  const query = new URLSearchParams({ ...all, sign_type: 'md5', sign })
  const response = method === 'GET' ? await fetch(`${url}${path}?${query}`) : await fetch(`${url}${path}`, { method, body: query })
  return response.text()
}

/** The code of a refusal; OK where the platform did what was asked. */
export function codeOf(answer: string): string {
  return /^\{"flag":"false","error":"\[([\d.]+)\]/.exec(answer)?.[1] ?? (answer.startsWith('{"flag":"true"') ? 'OK' : answer)
}
