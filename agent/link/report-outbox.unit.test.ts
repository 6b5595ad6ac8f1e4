import { decode, writerForToday } from '@elves/schemas/codec/codec.ts'
import { expect, test } from 'vitest'
import { type NewReport, ReportOutbox } from './report-outbox.ts'

const started: NewReport = { name: 'AttemptStarted', value: { taskId: 'A'.repeat(16), attempt: 1, happenedAt: 1 } }
const unencodable = { name: 'AgentCronsReport', value: { timeZone: undefined, crons: [], fileError: null } } as unknown as NewReport

test('a report that can not be encoded is logged and set aside: the others leave, and it is tried again in the next session', () => {
  const logged: unknown[] = []
  const outbox = new ReportOutbox({ error: (facts: unknown) => logged.push(facts) } as never)
  outbox.add(unencodable)
  outbox.add(started)
  expect(outbox.next(10).map((message) => decode(message).name)).toEqual(['AttemptStarted'])
  expect(logged).toEqual([{ err: expect.any(Error), report: 'AgentCronsReport' }])
  expect([outbox.size, outbox.hasUnsent]).toEqual([1, false])
  outbox.receipt([2])
  expect(outbox.size).toBe(0)
  outbox.restart(writerForToday)
  expect(outbox.next(10)).toEqual([])
  expect(logged).toHaveLength(2)
})
