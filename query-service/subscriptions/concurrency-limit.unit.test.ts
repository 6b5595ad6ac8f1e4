import { expect, test } from 'vitest'
import { ConcurrencyLimit } from './concurrency-limit.ts'

test('so many have a turn, the next ones when another ends', async () => {
  const turns = new ConcurrencyLimit(2)
  const { signal } = new AbortController()
  const [first, second] = [await turns.take(signal), await turns.take(signal)]
  const order: string[] = []
  const waiting = ['third', 'fourth'].map(async (name) => {
    const end = await turns.take(signal)
    order.push(name)
    return end
  })
  expect([turns.taken, turns.isWaitedFor]).toEqual([2, true])
  first?.()
  first?.()
  await waiting[0]
  expect([order, turns.taken]).toEqual([['third'], 2])
  second?.()
  await waiting[1]
  expect([order, turns.isWaitedFor]).toEqual([['third', 'fourth'], false])
})

test('who goes away while waiting takes no turn', async () => {
  const turns = new ConcurrencyLimit(1)
  const end = await turns.take(new AbortController().signal)
  const gone = new AbortController()
  const waiting = turns.take(gone.signal)
  gone.abort()
  expect(await waiting).toBeNull()
  end?.()
  expect([turns.taken, turns.isWaitedFor]).toEqual([0, false])
  expect(await turns.take(new AbortController().signal)).not.toBeNull()
})
