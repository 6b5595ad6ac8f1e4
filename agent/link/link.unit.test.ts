import fc from 'fast-check'
import { expect, test } from 'vitest'
import { centerClock } from './center-clock.ts'
import { gatewayAddress } from './gateway-address.ts'
import { type Failures, reconnectDelayMs } from './reconnect-delay.ts'

test('estimates the clock of the center within half a round trip, whatever the own wall clock says', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(5_000), fc.integer(), (thereMs, backMs, aheadMs) => {
      let now = 1_000
      const clock = centerClock({ monotonicMs: () => now, wallMs: () => now, uptimeMs: () => now })
      const sentAt = now
      const centerMs = now + thereMs + aheadMs
      now += thereMs + backMs
      clock.sample(centerMs, sentAt, now)
      now += 10_000
      expect(Math.abs(clock.now() - (now + aheadMs))).toBeLessThanOrEqual((thereMs + backMs) / 2 + 1)
    }),
  )
})

test('a worse sample does not spoil a good one, until that is old', () => {
  const clock = standing()
  expect(clock.isSynchronized()).toBe(false)
  clock.sample(1_000, 0, 2)
  clock.sample(1_500, 0, 2_000)
  expect(clock.now()).toBe(999)
  clock.sample(1_000_000, 20_000_000, 20_002_000)
  expect(clock.now()).toBe(1_000_000 - 20_001_000)
})

test('a sample that excludes the one before shows that the clock of the center was set, however narrow that one is', () => {
  const clock = standing()
  clock.sample(1_000, 0, 2)
  clock.sample(5_000, 0, 2_000)
  expect(clock.now()).toBe(4_000)
})

const hourMs = 3_600_000

test('a host that has slept has no clock until the center tells its time, by a sample that was asked for after', async () => {
  let now = 0
  let sleptMs = 0
  const doubts: number[] = []
  const clock = centerClock({ monotonicMs: () => now, wallMs: () => now + sleptMs, uptimeMs: () => now + sleptMs })
  clock.onDoubt((ms) => doubts.push(ms))
  clock.sample(1_000, 0, 2)
  sleptMs = hourMs
  now = 20
  expect(clock.isSynchronized()).toBe(false)
  expect(doubts).toEqual([hourMs])
  expect(clock.now()).toBe(1_019 + hourMs)
  // This answer waited in the socket during the sleep.
  clock.sample(1_010, 10, 20)
  expect(clock.isSynchronized()).toBe(false)
  const synchronized = clock.synchronized()
  now = 5_000
  clock.sample(6_100 + hourMs, 21, 5_000)
  await synchronized
  expect(clock.now()).toBe(Math.round(5_000 + 6_100 + hourMs - (21 + 5_000) / 2))
})

test.each([-hourMs, hourMs])('a wall clock that is set by %i ms puts it in doubt, and moves nothing', (setBy) => {
  let moved = 0
  const clock = centerClock({ monotonicMs: () => 0, wallMs: () => moved, uptimeMs: () => 0 })
  clock.sample(1_000, 0, 2)
  moved = setBy
  expect(clock.isSynchronized()).toBe(false)
  expect(clock.now()).toBe(999)
})

test('asks the center where something hangs on its time of now', async () => {
  let asked = 0
  const clock = standing()
  clock.onAsk(() => {
    asked += 1
  })
  clock.sample(1_000, -2, 0)
  const confirmed = clock.confirmed()
  expect(asked).toBe(1)
  clock.sample(1_001, 0, 0)
  await confirmed
})

function standing() {
  return centerClock({ monotonicMs: () => 0, wallMs: () => 0, uptimeMs: () => 0 })
}

test('reconnects fast at first, then slower, never in step, and slowly where it is hopeless', () => {
  expect(delays({ count: 1 })).toEqual([100, 500])
  expect(delays({ count: 3 })).toEqual([400, 2_000])
  expect(delays({ count: 99 })).toEqual([5_000, 10_000])
  expect(delays({ isHopeless: true })).toEqual([30_000, 60_000])
})

test('tries a host at which nobody listens sooner, because it may be about to start', () => {
  expect(delays({ count: 1, isNobodyListening: true })).toEqual([100, 500])
  expect(delays({ count: 99, isNobodyListening: true })).toEqual([1_000, 3_000])
  expect(delays({ count: 99, isNobodyListening: true, isHopeless: true })).toEqual([30_000, 60_000])
})

test('asks less and less often while another agent is in its place', () => {
  expect(delays({ conflicts: 1 })).toEqual([5_000, 10_000])
  expect(delays({ conflicts: 2 })).toEqual([10_000, 20_000])
  expect(delays({ conflicts: 99 })).toEqual([160_000, 320_000])
})

function delays(failures: Partial<Failures>): number[] {
  return [0, 1].map((random) => reconnectDelayMs({ count: 1, conflicts: 0, isHopeless: false, isNobodyListening: false, ...failures }, () => random))
}

test('takes the join token out of the URL and refuses what is no gateway', () => {
  expect(gatewayAddress('ws://h:1/gateway?token=a%2Fb&x=1')).toEqual({ url: 'ws://h:1/gateway?x=1', joinToken: 'a/b' })
  for (const text of ['', 'http://h', 'nonsense']) {
    expect(() => gatewayAddress(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  }
})
