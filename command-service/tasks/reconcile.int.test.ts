import { taskStream } from '@elves/core/domain/task/task.ts'
import { decode } from '@elves/schemas/codec/codec.ts'
import type { AttemptPhase } from '@elves/schemas/generated/types.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { acknowledged, agentId, caller, journalId, request, started, wholeRun } from '../tests/center.ts'
import { postgresCenter, testStore } from '../tests/postgres-center.ts'

let base: Awaited<ReturnType<typeof testStore>>
let here: ReturnType<typeof postgresCenter>

beforeAll(async () => {
  base = await testStore()
})
afterEach(async () => {
  await here.stop()
  await base.pool.query('delete from elves.open_attempts')
})
afterAll(() => base.close())

function start(agoMs = 0): void {
  here = postgresCenter(base, { now: () => Date.now() - agoMs })
}

async function dispatched(changes = {}): Promise<string> {
  return (await here.commands.runTask(caller, request(changes))).taskId ?? ''
}

async function typesOf(taskId: string): Promise<string[]> {
  return (await base.store.readStream(taskStream(taskId))).map(({ event }) => event.type)
}

const open = (taskId: string, phase: AttemptPhase = 'ACCEPTED') => ({ taskId, attempt: 1, phase })

async function told(journal: string, ...known: ReturnType<typeof open>[]): Promise<unknown[]> {
  return (await here.reconcile(agentId, journal, known)).map((bytes) => {
    const { name, value } = decode(bytes)
    return [name, 'taskId' in value ? value.taskId : null]
  })
}

describe('an agent that comes back', () => {
  it('gets again what its journal does not know, is unacknowledged and has not expired', async () => {
    start()
    const taskId = await dispatched()
    expect(await told(journalId)).toEqual([['RunTask', taskId]])
    expect(await typesOf(taskId)).toHaveLength(2)
  })

  it('gets no more at once than 1 MiB, the oldest first; the rest is sent again like all that nobody acknowledges', async () => {
    // Each task has a millisecond of its own: among those of one, which is older is not known.
    let time = Date.now()
    here = postgresCenter(base, { now: () => time++ })
    const taskIds: string[] = []
    for (let count = 0; count < 130; count++) taskIds.push(await dispatched({ param: JSON.stringify('x'.repeat(20_000)) }))
    const first = await told(journalId)
    expect(first.length).toBeGreaterThan(40)
    expect(first.length).toBeLessThan(60)
    expect(first).toEqual(first.map((_, index) => ['RunTask', taskIds[index]]))
    // The agent now has the first ones in its journal; it still has to be told the rest.
    const next = await told(journalId, ...taskIds.slice(0, first.length).map((taskId) => open(taskId)))
    expect(next[0]).toEqual(['RunTask', taskIds[first.length]])
  })

  it('gets nothing again that has expired; its deadline settles it', async () => {
    start(3_600_000)
    const taskId = await dispatched()
    expect(await told(journalId)).toEqual([])
    expect(await typesOf(taskId)).toHaveLength(2)
  })

  it('loses what it had acknowledged and knows nothing of', async () => {
    start()
    const taskId = await dispatched()
    await here.reports.record(agentId, [acknowledged(taskId), started(taskId)])
    expect(await told(journalId)).toEqual([])
    expect((await typesOf(taskId)).at(-1)).toBe('TaskLost')
  })

  it('is left alone with what its journal has open', async () => {
    start()
    const [accepted, running] = [await dispatched(), await dispatched()]
    await here.reports.record(agentId, [acknowledged(running), started(running)])
    expect(await told(journalId, open(accepted), open(running, 'STARTING'))).toEqual([])
    expect([await typesOf(accepted), await typesOf(running)].map((types) => types.length)).toEqual([2, 4])
  })

  it('with a new journal gets nothing again: all that was open is lost', async () => {
    start()
    const [unacknowledged, running] = [await dispatched(), await dispatched()]
    await here.reports.record(agentId, [acknowledged(running), started(running)])
    expect(await told('journal-2')).toEqual([])
    for (const taskId of [unacknowledged, running]) expect((await typesOf(taskId)).at(-1)).toBe('TaskLost')
  })

  it('is told of a cancel again', async () => {
    start()
    const taskId = await dispatched()
    await here.reports.record(agentId, [acknowledged(taskId), started(taskId)])
    await here.commands.cancelTask(caller, { id: taskId, reason: null, idempotencyKey: null })
    expect(await told(journalId, open(taskId, 'STARTING'))).toEqual([['CancelTask', taskId]])
  })

  it('gets only the cancel of what it does not know, so that it never starts it', async () => {
    start()
    const taskId = await dispatched()
    await here.commands.cancelTask(caller, { id: taskId, reason: null, idempotencyKey: null })
    expect(await told(journalId)).toEqual([['CancelTask', taskId]])
  })

  it('is held against what was written up to its hello, not what the table had got to', async () => {
    start()
    const taskId = await dispatched()
    await here.reports.record(agentId, wholeRun(taskId))
    const later = await dispatched()
    expect(await told(journalId)).toEqual([['RunTask', later]])
    expect((await typesOf(taskId)).at(-1)).toBe('TaskSucceeded')
  })

  it('is answered after a restart of the center from the log alone', async () => {
    start()
    const taskId = await dispatched()
    await here.stop()
    start()
    expect(await told(journalId)).toEqual([['RunTask', taskId]])
  })

  it('hears nothing of the tasks of other agents', async () => {
    start()
    await dispatched()
    expect(await here.reconcile('b'.repeat(32), journalId, [])).toEqual([])
  })
})

describe('an agent that comes back while the table of open attempts is being made', () => {
  it('is held against what its journal could know, when the table is there', async () => {
    const made = Promise.withResolvers<void>()
    here = postgresCenter(base, { beforeCaughtUp: () => made.promise })
    const [forgotten, known, unacknowledged] = [await dispatched(), await dispatched(), await dispatched()]
    await here.reports.record(agentId, [acknowledged(forgotten), started(forgotten), acknowledged(known)])
    expect(await told(journalId, open(known))).toEqual([])
    // What the agent gets and acknowledges from now on was in no journal yet.
    const later = await dispatched()
    await here.reports.record(agentId, [acknowledged(unacknowledged), acknowledged(later), started(later)])
    made.resolve()
    await waitFor(async () => (await typesOf(forgotten)).at(-1) === 'TaskLost')
    for (const taskId of [known, unacknowledged, later]) expect(await typesOf(taskId)).not.toContain('TaskLost')
  })

  it('loses all that was sent to another journal, also what it had not acknowledged', async () => {
    const made = Promise.withResolvers<void>()
    here = postgresCenter(base, { beforeCaughtUp: () => made.promise })
    const taskId = await dispatched()
    expect(await told('journal-2')).toEqual([])
    expect(await typesOf(taskId)).toHaveLength(2)
    made.resolve()
    await waitFor(async () => (await typesOf(taskId)).at(-1) === 'TaskLost')
  })

  it('is told its losses also where what is kept of another one can not be read', async () => {
    const made = Promise.withResolvers<void>()
    here = postgresCenter(base, { beforeCaughtUp: () => made.promise })
    const other = 'b'.repeat(32)
    const [broken, lost] = [await dispatched({ param: '"broken"' }), await dispatched()]
    await here.feed.caughtUp()
    await base.pool.query('update elves.open_attempts set agent_id = $1 where task_id = $2', [other, broken])
    await base.pool.query('alter table elves.events_0 disable trigger user; alter table elves.events disable trigger user')
    await base.pool.query(`update elves.events set data = '\\x00' where type = 'TaskDispatched' and stream_id = $1`, [taskStream(broken)])
    expect(await here.reconcile(other, 'journal-2', [])).toEqual([])
    expect(await told('journal-2')).toEqual([])
    made.resolve()
    await waitFor(async () => (await typesOf(lost)).at(-1) === 'TaskLost')
  })
})
