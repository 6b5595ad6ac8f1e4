import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { features } from '../features.ts'
import { Documents } from '../graphql/documents.ts'
import { executableSchema } from '../graphql/schema.ts'

const registry = new Registry()
const documents = new Documents({ schema: executableSchema(features.map(({ resolvers }) => resolvers)), isIntrospectable: true, registry })

async function keptBytes(): Promise<number> {
  const metric = await registry.getSingleMetric('elves_graphql_documents_kept_bytes')?.get()
  return metric?.values[0]?.value ?? Number.NaN
}

/** Compares by identity: a deep comparison would take minutes. */
function isKept(text: string): boolean {
  const [one, other] = [documents.prepared(text), documents.prepared(text)]
  return one === other
}

test('documents that come once leave nothing behind', async () => {
  for (let index = 0; index < 2_000; index++) documents.prepared(`{ platform { version } } # ${index}`)
  expect(await keptBytes()).toBe(0)
}, 30_000)

test('a document that comes again is parsed no more', () => {
  const text = '{ platform { version readPosition } }'
  documents.prepared(text)
  expect(isKept(text)).toBe(true)
})

test('what is kept stays within its bytes, and the documents used longest ago make room', async () => {
  const text = (index: number) => `{ tasks(filter: { ids: [${'"x" '.repeat(2_000)}] }) { nodes { id } } } # ${index}`
  const first = documents.prepared(text(0))
  for (let index = 0; index < 30; index++) for (let round = 0; round < 2; round++) documents.prepared(text(index))
  expect(await keptBytes()).toBeGreaterThan(14 * 1024 ** 2)
  expect(await keptBytes()).toBeLessThanOrEqual(16 * 1024 ** 2)
  expect(isKept(text(29))).toBe(true)
  expect(documents.prepared(text(0)) === first).toBe(false)
})

test('a document too large to be worth it is not kept', () => {
  const text = `{ tasks(filter: { ids: [${'"x" '.repeat(3_000)}] }) { nodes { id } } }`
  documents.prepared(text)
  expect(isKept(text)).toBe(false)
})
