import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '@elves/core/foundation/settings.ts'
import { describe, expect, test } from 'vitest'

/** What the guides name is there. */

const root = join(import.meta.dirname, '..', '..')
const guides = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'))
const sources = ['core', 'command-service', 'projection-service', 'query-service']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('node_modules'))
const metrics = new Set(sources.flatMap((path) => readFileSync(path, 'utf8').match(/(?<=')elves_[a-z_]+(?=')/g) ?? []))

describe.each(guides)('%s', (name) => {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8')

  test('names settings that are known', () => {
    const named = [...new Set(text.match(/ELVES_[A-Z0-9_]*[A-Z0-9]/g))]
    expect(named.filter((setting) => !Object.hasOwn(settings, setting))).toEqual([])
  })

  test('names metrics that are there', () => {
    const named = [...new Set(text.match(/(?<=`)elves_[a-z_]+(?=[`{])/g))]
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((metric) => !metrics.has(metric))).toEqual([])
  })

  test('names files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+\.md)[^)]*\)/g)].map(([, link = '']) => join(import.meta.dirname, link))
    expect(() => links.map((link) => readFileSync(link))).not.toThrow()
  })
})

test.each(guides.filter((name) => !name.endsWith('.zh-CN.md')))('both languages of %s show the same samples', (guide) => {
  const samples = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8').match(/^```[\s\S]*?^```$/gm)
  expect(samples(guide.replace('.md', '.zh-CN.md'))).toEqual(samples(guide))
})
