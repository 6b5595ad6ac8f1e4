import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lane } from './lane.ts'
import type { OpenDelivery } from './webhook-tables.ts'

function delivery(stream: string, sequence: number, changes: Partial<OpenDelivery> = {}): OpenDelivery {
  const state = { isRedelivery: false, attempts: [], attemptCount: 0, firstAttemptAt: null, nextAttemptAt: null }
  return { id: `w-${sequence}`, webhookId: 'w', sequence, eventId: 'e', eventType: 'x', stream, version: 0, ...state, ...changes }
}

/** Starts all that is due. */
function started(lane: Lane, now = 0): readonly string[] {
  const ids: string[] = []
  for (let one = lane.start(now); one; one = lane.start(now)) ids.push(one.id)
  return ids
}

test('tries one of each stream at a time, and the next when the one before has ended', () => {
  const lane = new Lane()
  const [a1, a2, b1] = [delivery('a', 1), delivery('a', 2), delivery('b', 3)]
  lane.add([a1, a2, b1])
  expect(started(lane)).toEqual(['w-1', 'w-3'])
  lane.recorded(b1, true)
  expect(started(lane)).toEqual([])
  lane.recorded(a1, true)
  expect(started(lane)).toEqual(['w-2'])
  expect(lane.size).toBe(1)
})

test('one that failed holds its stream until its time, or until all are tried', () => {
  const lane = new Lane()
  const [a1, a2] = [delivery('a', 1), delivery('a', 2)]
  lane.add([a1, a2])
  lane.start(0)
  lane.recorded({ ...a1, nextAttemptAt: 50 }, false)
  expect([lane.nextAt(), started(lane, 49)]).toEqual([50, []])
  expect(started(lane, 50)).toEqual(['w-1'])
  lane.recorded({ ...a1, nextAttemptAt: 90 }, false)
  lane.retryAll()
  expect(started(lane, 51)).toEqual(['w-1'])
})

test('nothing waits for a redelivery, and one that is added again only becomes due earlier', () => {
  const lane = new Lane()
  const [a1, a2] = [delivery('a', 1, { isRedelivery: true, nextAttemptAt: 100 }), delivery('a', 2)]
  lane.add([a1, a2])
  expect(started(lane)).toEqual(['w-2'])
  lane.add([{ ...a1, nextAttemptAt: 0 }, a2])
  expect([started(lane), lane.size]).toEqual([['w-1'], 2])
})

test('whatever fails, and whoever takes over when: each stream comes in its order, and nothing is left out', () => {
  const step = fc.record({ pick: fc.nat(), outcome: fc.constantFrom('DELIVERED', 'RETRYING', 'CRASH') })
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }), fc.array(step, { maxLength: 200 }), (streams, steps) => {
      // The table: what a crash leaves.
      const open = new Map(streams.map((stream, sequence) => [sequence, delivery(`s${stream}`, sequence)]))
      const seen: OpenDelivery[] = []
      let [lane, tried, now] = [new Lane(), [] as OpenDelivery[], 0]
      lane.add([...open.values()])
      const finish = (one: OpenDelivery, isDelivered: boolean) => {
        if (isDelivered) open.delete(one.sequence)
        else open.set(one.sequence, { ...one, nextAttemptAt: now + 10 })
        lane.recorded(open.get(one.sequence) ?? one, isDelivered)
      }
      const start = () => {
        for (let one = lane.start(now); one; one = lane.start(now)) {
          seen.push(one)
          tried.push(one)
        }
      }
      for (const { pick, outcome } of steps) {
        now += 5
        start()
        if (outcome === 'CRASH') {
          ;[lane, tried] = [new Lane(), []]
          lane.add([...open.values()].sort((one, other) => one.sequence - other.sequence))
          continue
        }
        const [one] = tried.splice(pick % Math.max(1, tried.length), 1)
        if (one) finish(one, outcome === 'DELIVERED')
      }
      for (now += 1_000; open.size > 0; now += 1_000) {
        start()
        for (const one of tried.splice(0)) finish(one, true)
      }
      expect(new Set(seen.map(({ sequence }) => sequence))).toEqual(new Set(streams.keys()))
      // One may come again, but never after a later one of its stream.
      for (const ofStream of Map.groupBy(seen, ({ stream }) => stream).values()) {
        const order = ofStream.map(({ sequence }) => sequence)
        expect(order).toEqual([...order].sort((a, b) => a - b))
      }
    }),
  )
})
