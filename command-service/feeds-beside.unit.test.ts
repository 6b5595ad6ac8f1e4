import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { feeds } from './feeds-beside.ts'

/** The names of the functions of this package that make a feed of a schema. */
function madeFeeds(): readonly string[] {
  const files = globSync('*/**/*.ts', { cwd: import.meta.dirname }).filter((file) => !file.includes('.test.'))
  const texts = files.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  return texts.flatMap((text) => [...text.matchAll(/^export function (\w+)\(schema: string\): FedBeside \{$/gm)].map(([, name = '']) => name))
}

test('every table that is fed beside the open attempts is fed', () => {
  const made = madeFeeds()
  expect(made.length).toBeGreaterThan(3)
  expect(feeds.map(({ name }) => name).sort()).toEqual([...made].sort())
})
