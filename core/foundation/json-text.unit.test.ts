import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeeperThan, itemsOf, membersOf } from './json-text.ts'

const anyJson = fc.json({ stringUnit: 'binary' }).chain((text) => fc.constantFrom(text, JSON.stringify(JSON.parse(text), null, 2), ` \n${text}\t`))

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test('counts the levels that a value has, whatever stands in its texts', () => {
  fc.assert(
    fc.property(anyJson, (text) => {
      const depth = depthOf(JSON.parse(text))
      expect([isDeeperThan(text, depth), isDeeperThan(text, depth - 1)]).toEqual([false, depth > 0])
    }),
  )
})

test('finds the members and items that parsing gives', () => {
  fc.assert(
    fc.property(anyJson, (text) => {
      const value: unknown = JSON.parse(text)
      const parsed = ({ start, end }: { start: number; end: number }) => JSON.parse(text.slice(start, end)) as unknown
      const isList = Array.isArray(value)
      expect(itemsOf(text).map(parsed)).toEqual(isList ? value : [])
      const members = typeof value === 'object' && value !== null && !isList ? Object.entries(value) : []
      const names = members.map(([name]) => name)
      expect(new Map([...membersOf(text, names)].map(([name, span]) => [name, parsed(span)]))).toEqual(new Map(members))
      for (const [name, inner] of members) expect([...membersOf(text, [name]).values()].map(parsed)).toEqual([inner])
    }),
  )
})

test('takes the last of two members of one name, and a value as it stands', () => {
  const text = '{ "a" : 1, "\\u0061": [1.0, 1e400 ] , "b\\"": 9007199254740993}'
  const shown = [...membersOf(text, ['a', 'b"'])].map(([name, { start, end }]) => [name, text.slice(start, end)])
  expect(shown).toEqual([
    ['a', '[1.0, 1e400 ]'],
    ['b"', '9007199254740993'],
  ])
})

test('takes any nesting', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  expect(isDeeperThan(deep, 999_999)).toBe(true)
  expect(isDeeperThan(deep, 1_000_000)).toBe(false)
  expect(itemsOf(deep)).toEqual([{ start: 1, end: deep.length - 1 }])
})
