import fc from 'fast-check'
import { expect, test } from 'vitest'
import { centerClock } from './center-clock.ts'
import { gatewayAddress } from './gateway-address.ts'
import { type Failures, reconnectDelayMs } from './reconnect-delay.ts'

test('estimates the clock of the center within half a round trip, whatever the own wall clock says', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(5_000), fc.integer(), (thereMs, backMs, aheadMs) => {
      let now = 1_000
      const clock = centerClock(() => now)
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
  const clock = centerClock(() => 0)
  expect(clock.isSynchronized()).toBe(false)
  clock.sample(1_000, 0, 2)
  clock.sample(5_000, 0, 2_000)
  expect(clock.now()).toBe(999)
  clock.sample(1_000_000, 20_000_000, 20_002_000)
  expect(clock.now()).toBe(1_000_000 - 20_001_000)
})

test('reconnects fast at first, then slower, never in step, and slowly where it is hopeless', () => {
  expect(delays({ count: 1 })).toEqual([100, 500])
  expect(delays({ count: 3 })).toEqual([400, 2_000])
  expect(delays({ count: 99 })).toEqual([5_000, 10_000])
  expect(delays({ isHopeless: true })).toEqual([30_000, 60_000])
})

test('asks less and less often while another agent is in its place', () => {
  expect(delays({ conflicts: 1 })).toEqual([5_000, 10_000])
  expect(delays({ conflicts: 2 })).toEqual([10_000, 20_000])
  expect(delays({ conflicts: 99 })).toEqual([160_000, 320_000])
})

function delays(failures: Partial<Failures>): number[] {
  return [0, 1].map((random) => reconnectDelayMs({ count: 1, conflicts: 0, isHopeless: false, ...failures }, () => random))
}

test('takes the join token out of the URL and refuses what is no gateway', () => {
  expect(gatewayAddress('ws://h:1/gateway?token=a%2Fb&x=1')).toEqual({ url: 'ws://h:1/gateway?x=1', joinToken: 'a/b' })
  for (const text of ['', 'http://h', 'nonsense']) {
    expect(() => gatewayAddress(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  }
})
