import { expect, test, vi } from 'vitest'

/** Each derivation, by what makes it dear. */
const derived = vi.hoisted(
  () => [] as { readonly memory: number; readonly passes: number; readonly parallelism: number; readonly tagLength: number }[],
)

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  const argon2: typeof real.argon2 = (algorithm, parameters, done) => {
    const { memory, passes, parallelism, tagLength } = parameters
    derived.push({ memory, passes, parallelism, tagLength })
    real.argon2(algorithm, parameters, done)
  }
  return { ...real, argon2 }
})

const { Passwords } = await import('./passwords.ts')
const passwords = new Passwords()

async function workOf(check: () => Promise<unknown>) {
  derived.length = 0
  await check()
  return [...derived]
}

test('a name that nobody has costs the same work as a wrong password, and as the right one', async () => {
  const hash = await passwords.hash('a first horse of staples')
  const known = await workOf(() => passwords.isRight('a guess of somebody', hash))
  const right = await workOf(() => passwords.isRight('a first horse of staples', hash))
  const nobody = await workOf(() => passwords.isRight('a guess of somebody', null))
  expect(known).toEqual([{ memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }])
  expect([nobody, right]).toEqual([known, known])
  expect(await passwords.isRight('a first horse of staples', hash)).toBe(true)
  expect(await passwords.isRight('a first horse of staples', null)).toBe(false)
})

test('a password of any length costs one derivation, and nothing of it beyond the longest that can be', async () => {
  const hash = await passwords.hash('a first horse of staples')
  expect(await workOf(() => passwords.isRight('x'.repeat(1_000_000), hash))).toHaveLength(1)
  expect(await workOf(() => passwords.isRight('', null))).toHaveLength(1)
})
