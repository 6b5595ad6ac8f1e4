import { afterEach, expect, test, vi } from 'vitest'
import { FloodCount, type Times } from './flood-count.ts'

afterEach(() => vi.useRealTimers())

function counted(toldOfGroup = 3) {
  vi.useFakeTimers({ now: 1_000 })
  const told: (readonly [string, Times])[] = []
  const flood = new FloodCount<string>({
    toldOfGroup,
    windowMs: 60_000,
    others: () => 'others',
    write: (what, times) => told.push([what, times]),
  })
  return { told, flood }
}

test('tells the first at once, and its repetitions once, with the first and the last of them', () => {
  const { told, flood } = counted()
  flood.tell({ key: 'a', group: 'g', sender: '10.0.0.1' }, 'a')
  expect(told).toEqual([['a', { count: 1, firstAt: 1_000, lastAt: 1_000, senders: 1 }]])
  for (const sender of ['10.0.0.1', '10.0.0.2', '10.0.0.2']) {
    vi.advanceTimersByTime(1_000)
    flood.tell({ key: 'a', group: 'g', sender }, 'a')
  }
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(57_000)
  expect(told[1]).toEqual(['a', { count: 3, firstAt: 2_000, lastAt: 4_000, senders: 2 }])
  vi.advanceTimersByTime(120_000)
  expect(told).toHaveLength(2)
  flood.tell({ key: 'a', group: 'g' }, 'a')
  expect(told).toHaveLength(3)
})

test('tells so many kinds of a group one by one, and the others as one; another group is told as before', () => {
  const { told, flood } = counted()
  for (let nth = 0; nth < 10_000; nth++) flood.tell({ key: `k${nth}`, group: 'g', sender: `${nth}` }, `k${nth}`)
  flood.tell({ key: 'x', group: 'other' }, 'x')
  expect(told.map(([what]) => what)).toEqual(['k0', 'k1', 'k2', 'x'])
  flood.endWindow()
  expect(told.slice(4)).toEqual([['others', { count: 9_997, firstAt: 1_000, lastAt: 1_000, senders: 1_000 }]])
})

test('what has the name of a group is no group', () => {
  const { told, flood } = counted(1)
  flood.tell({ key: 'g', group: 'g' }, 'first')
  flood.tell({ key: 'k', group: 'g' }, 'second')
  flood.tell({ key: 'g', group: 'g' }, 'first')
  flood.endWindow()
  expect(told.map(([what, { count }]) => [what, count])).toEqual([
    ['first', 1],
    ['first', 1],
    ['others', 1],
  ])
})
