import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '@elves/core/foundation/settings.ts'
import { documentedMetrics } from '@elves/tests/support/documented-metrics.ts'
import { describe, expect, test } from 'vitest'

/** What the guides name is there. */

const guides = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'))
const documented = documentedMetrics()
const metrics = new Set(documented.map(({ name }) => name))

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

  test('says of each metric only services that have it', () => {
    const wrong = text
      .split('\n')
      .filter((line) => line.startsWith('| `elves_'))
      .flatMap((line) => {
        const [, names = '', where = ''] = line.split('|')
        const rows = [...names.matchAll(/`(elves_[a-z_]+)/g)].map(([, metric]) => documented.find((row) => row.name === metric))
        const services = rows.flatMap((row) => row?.where ?? [])
        return where
          .trim()
          .split(/, |、/)
          .filter((service) => !services.includes(service))
          .map((service) => `${names.trim()}: ${service}`)
      })
    expect(wrong).toEqual([])
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

test.each(guides.filter((name) => !name.endsWith('.zh-CN.md')))(
  '%s names the same settings, metrics, codes and commands in both languages',
  (name) => {
    const named = (file: string) => {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
      return [...new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code))].toSorted()
    }
    expect(named(name.replace('.md', '.zh-CN.md'))).toEqual(named(name))
  },
)
