import { expect, test } from 'vitest'
import type { RestServices } from '../rest-v2/endpoint.ts'
import { infoAgentDetail } from './rest-endpoints.ts'

const ip = '10.0.0.1'
const scheduleId = 'A49B1E8FA1B43BC5'

/** A center that has one agent, which names a cron of its own like a schedule of somebody else. */
function services(lastSeenAt: number): RestServices {
  const agent = { id: 'a'.repeat(32), ip, facts: { name: 'host' }, crons: { crons: [{ id: scheduleId }, { id: 'EVERY' }] }, lastSeenAt }
  const schedules = { edges: [{ node: { id: '0123456789ABCDEF' } }], unreadable: [], hasNextPage: false, endCursor: null }
  return {
    commands: { head: async () => 1n },
    readModels: { agent: async () => agent, of: () => ({ list: async () => schedules }) },
    access: { subjectOf: () => null },
    readPosition: { reached: async () => undefined },
    timeZone: 'Etc/GMT-8',
  } as unknown as RestServices
}

test('the keys that an agent chose itself are not among the ids of crons that endpoints take', async () => {
  const parameters = new Map(Object.entries({ ip, showcron: 'true' }))
  const answer = await infoAgentDetail.answer(services(0), {} as never, parameters)
  expect(JSON.parse(answer).result).toEqual({
    ip,
    asset: 'host',
    last_hb_time: '1970/01/01 08:00:00',
    cron_list: ['0123456789ABCDEF'],
    own_cron_list: [scheduleId, 'EVERY'],
  })
})
