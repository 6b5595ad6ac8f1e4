import { sampleEvent } from '@elves/tests/contracts/sample-events.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import type { RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import { RecentEvents } from '../tail/recent-events.ts'
import { encodeEventRecord } from './event-record.ts'
import { ReceivedEvents } from './received-events.ts'

const logId = '0000abcd'
/** Not every store counts its positions up by one. */
const at = (number: number) => formatPosition(logId, number * 7)

const events = Array.from(
  { length: 10 },
  (_, number): RecordedEvent => ({ ...sampleEvent(number), stream: `task-${number}`, version: 0, position: at(number), recordedAt: 1e12 + number }),
)
const event = (number: number) => events[number] as RecordedEvent

function values(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from + 1 }, (_, index) => encodeEventRecord(event(from + index), at(from + index - 1)))
}

let recent: RecentEvents
let received: ReceivedEvents
beforeEach(() => {
  recent = new RecentEvents(at(0))
  received = new ReceivedEvents(recent, silentLogger)
})

function numbersAfter(number: number): number[] | undefined {
  return recent.after(at(number), 1000)?.events.map(({ version, stream }) => version + Number(stream.slice(5)))
}

describe('events as they come on the topic', () => {
  it('are what the store recorded, and follow on one another whatever the steps of the positions', () => {
    expect(received.take(values(1, 3))).toBe(true)
    expect(recent.after(at(0), 1000)).toEqual({ events: [event(1), event(2), event(3)], upTo: at(3) })
    received.take(values(4, 4))
    expect(numbersAfter(1)).toEqual([2, 3, 4])
  })

  it('count once, though a relay that took over repeats them, in one delivery or in several', () => {
    received.take([...values(1, 4), ...values(2, 6)])
    received.take(values(1, 5))
    received.take(values(5, 7))
    expect(numbersAfter(0)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(recent.head).toBe(at(7))
  })

  it('are handed on after a gap only to those who are beyond it: the others read the store', () => {
    received.take([...values(1, 2), ...values(5, 6)])
    expect(recent.after(at(0), 1000)).toBeNull()
    expect(recent.after(at(2), 1000)).toBeNull()
    expect(numbersAfter(4)).toEqual([5, 6])
  })

  it('follow on a head that is between two events', () => {
    recent.restart(formatPosition(logId, 17))
    received.take(values(2, 3))
    expect(recent.after(formatPosition(logId, 17), 1000)?.events).toEqual([event(3)])
  })

  it('leave the word to the store where one of them can not be read, and go on behind it', () => {
    const broken = encodeEventRecord(event(2), at(1))
    // The last byte belongs to the event: with 0xff there, its last field has no end.
    broken[broken.length - 1] = 0xff
    received.take([...values(1, 1), broken, ...values(3, 3)])
    expect(recent.after(at(0), 1000)).toBeNull()
    expect(recent.after(at(1), 1000)).toBeNull()
    expect(numbersAfter(2)).toEqual([3])
  })

  it('say that the store must be asked where a record is none of ours', () => {
    expect(received.take([...values(1, 1), Buffer.from('what is this?')])).toBe(false)
    expect(numbersAfter(0)).toEqual([1])
  })

  it('of another log are passed over', () => {
    const foreign = { ...event(9), position: formatPosition('ffffffff', 63) }
    expect(received.take([encodeEventRecord(foreign, formatPosition('ffffffff', 56)), ...values(1, 1)])).toBe(true)
    expect(numbersAfter(0)).toEqual([1])
  })
})
