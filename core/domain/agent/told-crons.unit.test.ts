import type { OwnCron } from '@elves/schemas/generated/types.ts'
import { describe, it } from 'vitest'
import { given } from '../testing/given.ts'
import { type AgentCrons, type AgentEvent, agentDecider, type TellCrons } from './agent.ts'

const agentId = '0123456789abcdef0123456789abcdef'
const facts = { name: 'host', version: '0.3.0', platform: 'linux-x64', labels: {}, apps: [] }
const registered: AgentEvent = { type: 'AgentRegistered', data: { agentId, ip: '10.0.0.1', facts } }
const cron: OwnCron = { id: 'one', comment: '', app: 'apptest', func: 'f', processor: false, rule: '* * * * * *', isEnabled: true, error: null }
const most = Array.from({ length: 256 }, (_, index) => ({ ...cron, id: `${index}`.padStart(64, '0'), comment: 'c'.repeat(256) }))
const told: AgentCrons = { timeZone: 'Etc/GMT-8', crons: most, fileError: null }
const tell = (change: Partial<AgentCrons>): TellCrons => ({ type: 'TellCrons', agentId, crons: { ...told, ...change } })

describe('an agent that tells its own crons', () => {
  it('may tell all that a file can hold, with broken entries whose ids were cut to the same', () => {
    const crons = [...most.slice(2), { ...cron, id: 'x'.repeat(64), error: 'e' }, { ...cron, id: 'x'.repeat(64), error: 'e' }]
    given(agentDecider, [registered])
      .when(tell({ crons }))
      .then([{ type: 'AgentCronsChanged', data: { agentId, ...told, crons } }])
  })

  it.each<[string, Partial<AgentCrons>]>([
    ['more entries', { crons: [...most, cron] }],
    ['a longer id', { crons: [{ ...cron, id: 'x'.repeat(65) }] }],
    ['an id twice', { crons: [cron, cron] }],
    ['no id', { crons: [{ ...cron, id: '' }] }],
    ['a NUL', { crons: [{ ...cron, comment: 'a\0' }] }],
    ['a longer comment', { crons: [{ ...cron, comment: 'x'.repeat(257) }] }],
    ['a longer rule', { crons: [{ ...cron, rule: 'x'.repeat(257) }] }],
    ['a longer app', { crons: [{ ...cron, app: 'x'.repeat(129) }] }],
    ['a longer function', { crons: [{ ...cron, func: 'x'.repeat(129) }] }],
    ['a longer error', { crons: [{ ...cron, error: 'x'.repeat(257) }] }],
    ['a longer error of the file', { fileError: 'x'.repeat(257) }],
  ])('is refused with %s than a file can have', (_, change) => {
    given(agentDecider, [registered]).when(tell(change)).then('CRONS_INVALID')
  })

  it.each(['Etc/Unknown', '', '+08:00', 'CST-8', 'x'.repeat(65)])('is refused with the time zone %j', (timeZone) => {
    given(agentDecider, [registered]).when(tell({ timeZone })).then('TIME_ZONE_UNKNOWN')
  })
})
