import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '@elves/core/foundation/settings.ts'
import { describe, expect, test } from 'vitest'

/** What the table of bounds says is what the code has. */

const root = join(import.meta.dirname, '..', '..')
const metrics = new Set(
  ['agent', 'core', 'command-service', 'projection-service', 'query-service']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('node_modules'))
    .flatMap((path) => readFileSync(path, 'utf8').match(/(?<=')elves_[a-z_]+(?=')/g) ?? []),
)
const units = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, s: 1_000, ms: 1 }
const columns = ['what', 'where', 'bound', 'metric', 'when it is full']

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

/** `10 000` or `1 MiB` as a plain number. */
function numberOf(text: string): number {
  const [, digits = '', unit] = /^([\d ]*\d)(?: (KiB|MiB|GiB|s|ms))?$/.exec(text) ?? []
  return Number(digits.replaceAll(' ', '')) * (unit === undefined ? 1 : units[unit as keyof typeof units])
}

/** What `name` is set to in a source: a product of numbers. */
function constantOf(source: string, name: string): number | null {
  const [, expression] = new RegExp(`\\b${name}\\b(?:: [\\w<>[\\]]+)?\\s*[:=]\\s*([\\d_]+(?:\\s*\\*\\*?\\s*[\\d_]+)*)`).exec(source) ?? []
  if (expression === undefined) return null
  return expression.split(/(?<!\*)\*(?!\*)/).reduce((product, factor) => {
    const [base = 0, exponent = 1] = factor.split('**').map((part) => Number(part.replaceAll('_', '')))
    return product * base ** exponent
  }, 1)
}

function valueInCode(source: string, name: string): number | null {
  return name.startsWith('ELVES_') ? Number(settings[name as keyof typeof settings]?.fallback) : constantOf(source, name)
}

const tableLines = readFileSync(join(import.meta.dirname, 'bounds.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('| --- '))
const heads = tableLines.filter((line) => line.startsWith('| what '))
const rows = tableLines.filter((line) => !line.startsWith('| what ')).map(cellsOf)

test('each table has the same columns', () => {
  expect(heads.length).toBeGreaterThan(0)
  for (const head of heads) expect(cellsOf(head)).toEqual(columns)
})

describe.each(rows)('%s', (...cells) => {
  const [, where = '', bound = '', metric = ''] = cells
  const source = readFileSync(join(root, /`([^`]+\.ts)`/.exec(where)?.[1] ?? 'the row names no file'), 'utf8')

  test('has a bound, which is the one in the code', () => {
    const bounds = [...bound.matchAll(/`(\w+)` = (\d+(?: \d{3})*(?: (?:KiB|MiB|GiB|s|ms)\b)?)/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    )
    expect(bounds.length).toBeGreaterThan(0)
    for (const [name, value] of bounds) expect([name, valueInCode(source, name)]).toEqual([name, numberOf(value)])
  })

  test('says what happens, and names metrics that are there', () => {
    expect(cells).toHaveLength(columns.length)
    expect(cells[4]).not.toBe('')
    expect([...metric.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace(/\{.*/, '')).filter((name) => !metrics.has(name))).toEqual([])
  })
})
