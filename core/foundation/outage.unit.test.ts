import { expect, it } from 'vitest'
import { loggerTo } from './log.ts'
import { Outage } from './outage.ts'

it('tells the begin, once a minute, and the end, whatever the number of failures; a later one is told anew', () => {
  const lines: { level: string; msg: string; tries: number }[] = []
  let now = 1_000
  const logger = loggerTo({ write: (line: string) => void lines.push(JSON.parse(line)) }, 'test', 'debug')
  const outage = new Outage({ logger, what: 'The store', now: () => now })
  outage.over()
  for (let second = 0; second < 150; second++) {
    for (let follower = 0; follower < 5; follower++) outage.failed(new Error('no connection'))
    now += 1_000
  }
  expect(outage.isOn).toBe(true)
  outage.over()
  outage.over()
  outage.failed(new Error('no connection'))
  expect(lines.map(({ level, msg, tries }) => [level, msg, tries])).toEqual([
    ['warn', 'The store does not answer; it is tried again', 1],
    ['warn', 'The store still does not answer', 301],
    ['warn', 'The store still does not answer', 601],
    ['info', 'The store answers again', 750],
    ['warn', 'The store does not answer; it is tried again', 1],
  ])
  expect(lines[0]).toMatchObject({ reason: 'no connection' })
})
