import { TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { as, done, type NewUser, peopleOf } from '../support/people.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'

let platform: TestPlatform
let admin = ''
const { ask, firstAdmin, newUser } = peopleOf(() => platform)

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users' }, sharesBroker: true })
  admin = await firstAdmin('a third horse of staples')
})
afterAll(() => platform?.dispose())

const eventsOf = async (id: string): Promise<readonly { type: string; data: Record<string, unknown> }[]> => {
  const query = 'query ($s: [String!]) { events(filter: { streams: $s }, order: OLDEST_FIRST, first: 500) { nodes { type data } } }'
  return (await ask(query, { s: [`user-${id}`] }, as(admin))).data.events.nodes
}

describe('a second factor', () => {
  const signInWith = (name: string, password: string, otp?: string) =>
    ask('mutation ($i: SignInInput!) { signIn(input: $i) { session { token } } }', { i: { name, password, ...(otp && { otp }) } })
  const periodMs = 30_000
  const codeOf = (secret: string, at: number) => new TOTP({ secret }).generate({ timestamp: at })
  const confirm = 'mutation ($c: String!) { confirmSecondFactor(input: { code: $c }) { recoveryCodes refusal { code } user { hasSecondFactor } } }'

  async function enrolled(name: string): Promise<{ user: NewUser; secret: string; codes: readonly string[]; nextCode: string }> {
    const user = await newUser(admin, name)
    const { secret, uri } = await done(ask('mutation { enrolSecondFactor { secret uri refusal { code } } }', {}, as(user.token)))
    expect(uri).toContain(`otpauth://totp/Elves:${name}?secret=${secret}`)
    // Nothing wants a code before it was confirmed.
    expect((await signInWith(name, user.password)).code).toBeUndefined()
    expect((await ask(confirm, { c: '000000' }, as(user.token))).data.confirmSecondFactor.refusal.code).toBe('SECOND_FACTOR_WRONG')
    // Of two periods that are both near enough until the second one has passed, whenever in a period this runs.
    const now = Date.now()
    const { recoveryCodes, user: seen } = await done(ask(confirm, { c: codeOf(secret, now) }, as(user.token)))
    expect(seen.hasSecondFactor).toBe(true)
    return { user, secret, codes: recoveryCodes, nextCode: codeOf(secret, now + periodMs) }
  }

  it('is wanted at each sign-in with the password, each code once', async () => {
    const { user, secret, codes, nextCode: code } = await enrolled('tom')
    expect((await signInWith('tom', user.password)).code).toBe('SECOND_FACTOR_NEEDED')
    expect((await signInWith('tom', 'a wrong password', code)).code).toBe('UNAUTHENTICATED')
    expect((await signInWith('tom', user.password, code)).code).toBeUndefined()
    expect((await signInWith('tom', user.password, code)).code).toBe('UNAUTHENTICATED')
    expect((await signInWith('tom', user.password, codes[0])).code).toBeUndefined()
    expect((await signInWith('tom', user.password, codes[0])).code).toBe('UNAUTHENTICATED')
    expect((await signInWith('tom', user.password, codes[1]?.toUpperCase().replace('-', ' '))).code).toBeUndefined()
    const types = async () => (await eventsOf(user.id)).map(({ type }) => type)
    await expect.poll(types).toEqual(expect.arrayContaining(['UserSecondFactorSet', 'UserRecoveryCodeUsed']))
    const events = await eventsOf(user.id)
    expect(events.filter(({ type, data }) => type === 'UserSignInFailed' && data['fault'] === 'SECOND_FACTOR').length).toBeGreaterThan(0)
    for (const text of [secret, ...codes]) expect(JSON.stringify(events)).not.toContain(text)
  })

  it('can not be guessed: tries are counted like passwords, also in a session', async () => {
    const { user, nextCode } = await enrolled('una')
    const tried: (string | undefined)[] = []
    for (let nth = 0; nth < 7; nth++) tried.push((await signInWith('una', user.password, `00000${nth}`)).code)
    expect(tried).toContain('SIGN_IN_LOCKED')
    const disable = 'mutation ($c: String) { disableSecondFactor(input: { code: $c }) { refusal { code } } }'
    expect((await ask(disable, { c: nextCode }, as(user.token))).data.disableSecondFactor.refusal.code).toBe('SIGN_IN_LOCKED')
  })

  it('is taken away by a code, or by who manages access', async () => {
    const { user, codes } = await enrolled('val')
    const disable =
      'mutation ($u: ID, $c: String) { disableSecondFactor(input: { user: $u, code: $c }) { refusal { code } user { hasSecondFactor } } }'
    expect((await ask(disable, {}, as(user.token))).data.disableSecondFactor.refusal.code).toBe('SECOND_FACTOR_WRONG')
    const other = await newUser(admin, 'wim')
    expect((await ask(disable, { u: user.id }, as(other.token))).data.disableSecondFactor.refusal.code).toBe('FORBIDDEN')
    expect((await done(ask(disable, { c: codes[0] }, as(user.token)))).user.hasSecondFactor).toBe(false)
    expect((await signInWith('val', user.password)).code).toBeUndefined()
    const again = await enrolled('xan')
    await done(ask(disable, { u: again.user.id }, as(admin)))
    expect((await signInWith('xan', again.user.password)).code).toBeUndefined()
  })
})
