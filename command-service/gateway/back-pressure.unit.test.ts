import { describe, expect, it } from 'vitest'
import { gatewayLimits } from '../link/link-limits.ts'
import { BackPressure, type Reader } from './back-pressure.ts'

describe('back-pressure', () => {
  const limits = { ...gatewayLimits, maxUnreceipted: 10, maxUnreceiptedOfAll: 15 }

  it('never pauses an agent that keeps to what its welcome said', () => {
    const pressure = new BackPressure(limits)
    const one = reader()
    pressure.took(one, 10, 1)
    expect(one.isPaused).toBe(false)
    pressure.took(one, 1, 1)
    expect(one.isPaused).toBe(true)
    pressure.recorded(one, 1)
    expect(one.isPaused).toBe(false)
  })

  it('lets all go on when the gateway has room again, whoever made it', () => {
    const pressure = new BackPressure(limits)
    const [one, two, three] = [reader(), reader(), reader()]
    pressure.took(one, 10, 1)
    pressure.took(two, 6, 1)
    pressure.took(three, 1, 1)
    expect([one, two, three].map(({ isPaused }) => isPaused)).toEqual([false, true, true])
    pressure.recorded(one, 10)
    expect([one, two, three].map(({ isPaused }) => isPaused)).toEqual([false, false, false])
    expect(pressure.unreceipted).toBe(7)
  })

  it('counts bytes as well as reports, of one agent and of all', () => {
    const pressure = new BackPressure({ ...gatewayLimits, unreceiptedBytes: 100, unreceiptedBytesOfAll: 150 })
    const [one, two, three] = [reader(), reader(), reader()]
    pressure.took(one, 2, 60)
    pressure.took(one, 3, 41)
    expect(one.isPaused).toBe(true)
    pressure.took(two, 1, 50)
    pressure.took(three, 1, 1)
    expect([two.isPaused, three.isPaused]).toEqual([true, true])
    // The first frame has two reports: its bytes count until both are recorded.
    pressure.recorded(one, 1)
    expect(one.isPaused).toBe(true)
    pressure.recorded(one, 1)
    expect([one, two, three].map(({ isPaused }) => isPaused)).toEqual([false, false, false])
    pressure.recorded(one, 3)
    pressure.recorded(two, 1)
    pressure.recorded(three, 1)
    expect([pressure.unreceipted, pressure.unreceiptedBytes]).toEqual([0, 0])
  })

  it('keeps one that fetches nothing paused until it is looked at again', () => {
    const pressure = new BackPressure(limits)
    const one = reader()
    one.congested = true
    pressure.took(one, 0, 1)
    pressure.review()
    expect(one.isPaused).toBe(true)
    one.congested = false
    pressure.review()
    expect(one.isPaused).toBe(false)
  })
})

function reader(): Reader & { congested: boolean } {
  return {
    unreceipted: 0,
    unreceiptedBytes: 0,
    taken: [],
    isPaused: false,
    congested: false,
    isCongested() {
      return this.congested
    },
    pause: () => undefined,
    resume: () => undefined,
  }
}
