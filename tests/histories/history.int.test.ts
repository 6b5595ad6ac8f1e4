import { readLock } from '@elves/schemas/released/lock-file.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '../support/read-model-database.ts'
import { plainValue, readHistory, readOutcome } from './golden-files.ts'
import { readableRows } from './record-history.ts'
import { eventOf, statesOf } from './recorded-events.ts'

const recorded = readLock()
  .releases.map(({ release }) => ({ release, history: readHistory(release) }))
  .filter(({ history }) => history.length > 0)

let database: ReadModelDatabase
beforeAll(async () => {
  database = await readModelDatabase()
})
afterAll(() => database.close())

describe.each(recorded)('the history that release $release recorded', ({ release, history }) => {
  const events = history.map(eventOf)
  const expected = readOutcome(release)

  it('has tasks of every outcome, late ends and duplicates', () => {
    const types = new Set(events.map(({ event }) => event.type))
    for (const type of ['TaskSucceeded', 'TaskFailed', 'TaskTimedOut', 'TaskCancelled', 'TaskRejected', 'TaskLost', 'TaskReportIgnored'] as const) {
      expect(types).toContain(type)
    }
    expect(events.some(({ event }) => event.type === 'TaskSucceeded' && event.data.isLate)).toBe(true)
  })

  it.runIf(release >= '0.3.0')('has queues and schedules from their beginning to their end', () => {
    const types = new Set(events.map(({ event }) => event.type))
    for (const type of ['QueueTasksAdded', 'QueueCommitted', 'QueueEnded', 'ScheduleCreated', 'ScheduleInstantsNotFired'] as const) {
      expect(types).toContain(type)
    }
  })

  it('brings every stream to the state that it had, by today’s deciders', () => {
    const states = plainValue(statesOf(events)) as Record<string, object>
    expect(Object.keys(states)).toEqual(Object.keys(expected.streams))
    expect(states).toMatchObject(expected.streams)
  })

  it('gives the rows that it gave, by today’s projectors, in one batch or event by event', async () => {
    const schemas = [`whole_${release}`, `single_${release}`].map((name) => name.replaceAll(/\W/g, '_')) as [string, string]
    await projectInto(database.pool, schemas[0], [events])
    await projectInto(
      database.pool,
      schemas[1],
      events.map((event) => [event]),
    )
    const rows = readableRows(await allRows(database.pool, schemas[0]))
    for (const [table, were] of Object.entries(expected.rows)) expect(rows[table], table).toMatchObject(were)
    expect(readableRows(await allRows(database.pool, schemas[1]))).toEqual(rows)
  })
})
