import { expect, test } from 'vitest'
import { Backlog } from './backlog.ts'
import { ChangeQueue } from './change-queue.ts'

interface Change {
  readonly bytes: number
}

const roomy = { items: 1_000, bytes: 1_000_000 }
const change = (bytes: number): Change => ({ bytes })

test('a change that many wait for counts once, until the last has taken it', async () => {
  const backlog = new Backlog<Change>(1_000)
  const queues = Array.from({ length: 5 }, () => new ChangeQueue<string, Change>(roomy, backlog))
  const shared = change(300)
  for (const queue of queues) queue.offer('x', shared)
  expect(backlog.bytes).toBe(300)
  for (const queue of queues.slice(1)) await queue.take()
  expect(backlog.bytes).toBe(300)
  await queues[0]?.take()
  expect(backlog.bytes).toBe(0)
})

test('where all together are too far behind, the one that is furthest behind is closed and the others lose nothing', async () => {
  const backlog = new Backlog<Change>(1_000)
  const [far, near] = [new ChangeQueue<number, Change>(roomy, backlog), new ChangeQueue<number, Change>(roomy, backlog)]
  for (let index = 0; index < 9; index++) far.offer(index, change(100))
  for (let index = 0; index < 5; index++) near.offer(index, change(100))
  await expect(far.take()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW', canRetry: true })
  expect(backlog.bytes).toBe(500)
  for (let index = 0; index < 5; index++) expect(await near.take()).toBe(index)
  expect(backlog.bytes).toBe(0)
})

test.each([
  ['items', { items: 3, bytes: 1_000 }, 10],
  ['bytes', { items: 1_000, bytes: 300 }, 100],
])('a subscriber that is behind by too many %s is closed, and holds nothing any more', async (_what, limits, bytes) => {
  const backlog = new Backlog<Change>(1_000_000)
  const queue = new ChangeQueue<number, Change>(limits, backlog)
  for (let index = 0; index < 4; index++) queue.offer(index, change(bytes))
  await expect(queue.take()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' })
  expect([backlog.bytes, queue.heldBytes]).toEqual([0, 0])
})

test('a close lets go what was not taken', async () => {
  const backlog = new Backlog<Change>(1_000)
  const queue = new ChangeQueue<number, Change>(roomy, backlog)
  for (let index = 0; index < 4; index++) queue.offer(index, change(10))
  await queue.take()
  queue.close()
  expect([backlog.bytes, await queue.take()]).toEqual([0, null])
})
