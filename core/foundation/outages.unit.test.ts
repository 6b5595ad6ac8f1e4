import { expect, it } from 'vitest'
import { ElvesError } from './errors.ts'
import { loggerTo } from './log.ts'
import { Tries } from './outages.ts'

function log() {
  const lines: { level: string; msg: string }[] = []
  const logger = loggerTo({ write: (line: string) => void lines.push(JSON.parse(line)) }, 'test', 'debug')
  return { logger, told: () => lines.splice(0).map(({ level, msg }) => `${level} ${msg}`) }
}

const away = (what: string) => new ElvesError('STORE_UNAVAILABLE', 'no connection', { canRetry: true, facts: { away: what } })

it('what many parts see of one outage is one line when it begins and one when it is over for all of them', () => {
  const { logger, told } = log()
  const parts = ['follower', 'poll', 'lease'].map((part) => new Tries(logger.child({ part })))
  for (let round = 0; round < 5; round++) for (const part of parts) expect(part.failed(away('The database'))).toBe(true)
  expect(told()).toEqual(['warn The database does not answer; it is tried again'])
  const [first, ...others] = parts as [Tries, ...Tries[]]
  first.over()
  expect(told()).toEqual([])
  for (const part of others) part.over()
  expect(told()).toEqual(['info The database answers again'])
})

it('outages of two things are told each by itself, and those of two logs too', () => {
  const [one, other] = [log(), log()]
  const part = new Tries(one.logger)
  part.failed(away('The database'))
  part.failed(away('EventStoreDB'))
  new Tries(other.logger).failed(away('The database'))
  expect(one.told()).toHaveLength(2)
  expect(other.told()).toHaveLength(1)
  part.over()
  expect(one.told()).toEqual(['info The database answers again', 'info EventStoreDB answers again'])
})

it('what is no outage is left to the caller, unless the caller says what is away', () => {
  const { logger, told } = log()
  const part = new Tries(logger)
  expect(part.failed(new Error('a fault'))).toBe(false)
  expect(part.failed(new ElvesError('EVENT_UNREADABLE', 'a fault'))).toBe(false)
  part.over()
  expect(told()).toEqual([])
  expect(part.failed(new Error('a fault'), 'Kafka')).toBe(true)
  expect(part.areFailing).toBe(true)
  expect(told()).toEqual(['warn Kafka does not answer; it is tried again'])
})
