import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { nextFire } from './fire-times.ts'
import { parseRule, type Rule } from './rule.ts'
import { type TimeZone, timeZone } from './time-zone.ts'

// Each test compares some thousand fires, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 })

/** The lists were written by tools/quartz/reference.ts with Quartz's own CronExpression; QuartzReference.java has the same constants. */
const begin = 1_577_836_800
const end = 1_893_456_000
const allMost = 600
const windows = 60
const inWindow = 5
const nearS = 86_400

function lines(name: string): string[][] {
  const text = readFileSync(new URL(`reference/${name}`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

const changes = new Map(lines('offset-changes.tsv').map(([zone = '', list = '']) => [zone, list.split(',').filter(Boolean).map(Number)]))

function ruleOf(text: string): Rule {
  const rule = parseRule(text)
  if (isRejectionOf(rule)) throw new Error(`${text}: ${rule.message}`)
  return rule
}

function zoneOf(name: string): TimeZone {
  const zone = timeZone(name)
  if (isRejectionOf(zone)) throw new Error(zone.message)
  return zone
}

function isRejectionOf<T extends object>(value: T): value is Extract<T, { rejected: unknown }> {
  return 'rejected' in value
}

/** Seconds since the epoch, without those within a day of a change of the offset. */
function take(rule: Rule, zone: TimeZone, after: number, most: number): number[] {
  const near = changes.get(zone.name) ?? []
  const fires: number[] = []
  for (let at = nextFire(rule, zone, after * 1000); at !== null && at / 1000 < end && fires.length < most; at = nextFire(rule, zone, at)) {
    const fire = at / 1000
    if (!near.some((change) => Math.abs(change - fire) <= nearS)) fires.push(fire)
  }
  return fires
}

function firesOf(text: string, zoneName: string): { readonly mode: string; readonly fires: readonly number[] } {
  const [rule, zone] = [ruleOf(text), zoneOf(zoneName)]
  const all = take(rule, zone, begin - 1, allMost + 1)
  if (all.length <= allMost) return { mode: 'ALL', fires: all }
  const step = Math.floor((end - begin) / windows)
  const fires = Array.from({ length: windows }, (_, window) => take(rule, zone, begin + window * step + window * 7919, inWindow))
  return { mode: 'WINDOWS', fires: fires.flat() }
}

describe('the fires of ten years are those of Quartz', () => {
  const rows = lines('fires.tsv')
  test('in at least 12 zones, by at least 2 000 rules', () => {
    expect(new Set(rows.map(([zone]) => zone)).size).toBeGreaterThanOrEqual(12)
    expect(rows.length).toBeGreaterThanOrEqual(2_000)
  })
  for (const zone of new Set(rows.map(([name]) => name ?? ''))) {
    test(`in ${zone}`, () => {
      const differing = rows.filter(([name, text = '', mode, count, first, digest]) => {
        if (name !== zone) return false
        const own = firesOf(text, zone)
        const ownDigest = createHash('sha256').update(own.fires.join(',')).digest('hex').slice(0, 16)
        return !(own.mode === mode && String(own.fires.length) === count && String(own.fires[0] ?? '') === first && ownDigest === digest)
      })
      expect(differing).toEqual([])
    })
  }
})

describe('at each change of the offset, the fires are those of the contract', () => {
  const rows = lines('at-changes.tsv')
  for (const zoneName of new Set(rows.map(([name]) => name ?? ''))) {
    test(`in ${zoneName}`, () => {
      const zone = zoneOf(zoneName)
      for (const [name, text = '', change = '', minutes = ''] of rows) {
        if (name !== zoneName) continue
        const at = Number(change)
        const [known] = zone.changes(at * 1000, at * 1000 + 1)
        const hours = Math.abs((known?.after ?? 0) - (known?.before ?? 0)) / 3_600_000
        const aroundS = (hours >= 12 ? 30 : 4) * 3600
        const rule = ruleOf(text)
        const own: number[] = []
        const until = (at + aroundS) * 1000
        for (let fire = nextFire(rule, zone, (at - aroundS) * 1000 - 1); fire !== null && fire <= until; fire = nextFire(rule, zone, fire)) {
          own.push((fire / 1000 - at) / 60)
        }
        if (own.join(',') !== minutes) expect(`${text} ${change} ${own}`).toBe(`${text} ${change} ${minutes}`)
      }
    })
  }
})

/** What Quartz takes, but reads as something else than it says: it takes no notice of a part of it. We refuse it. */
const refusedByUsOnly = new Set<string>([
  '* * * * * ? * *',
  '0 0 0 1 1 ? 2020 2021 2022',
  '0 0 0 1 JAN-DEC/3 ?',
  '0 0 0 ? * MON-FRI/2',
  '0 0 0 ? * MONDAY',
  '0 0 0 ? * 2#1,4',
  '0 0 0 1-5W * ?',
  '0 0 *5 * * ?',
  '0 0 0 ? * 1-7L',
  '0 0 0 0W * ?',
  '0 0 0 ? * 9#1',
])
/** Quartz 2.3 says that it has not got to it; 2.5 takes it. */
const refusedByQuartzOnly = new Set<string>(['0 0 0 1,L * ?'])

test('a text is a rule where Quartz takes it and means what it says', () => {
  const own = lines('doubtful.tsv').map(([text = '', verdict]) => [text, isRejectionOf(parseRule(text)) ? 'no' : 'yes', verdict])
  const differing = own.filter(([, mine, verdict]) => mine !== verdict).map(([text, mine]) => `${mine}: ${text}`)
  const expected = [...[...refusedByUsOnly].map((text) => `no: ${text}`), ...[...refusedByQuartzOnly].map((text) => `yes: ${text}`)]
  expect(differing.sort()).toEqual(expected.sort())
})
