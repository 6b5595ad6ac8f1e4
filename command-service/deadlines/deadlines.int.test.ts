import { taskStream } from '@elves/core/domain/task/task.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { acknowledged, agentId, caller, ended, request, started, wholeRun } from '../tests/center.ts'
import { postgresCenter, testStore } from '../tests/postgres-center.ts'
import { loseOverdue } from './deadlines.ts'

let base: Awaited<ReturnType<typeof testStore>>
const running: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  base = await testStore()
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  await base.pool.query('delete from elves.open_attempts')
})
afterAll(() => base.close())

/** `agoMs`: how far its clock is set back, so that its events happened that long ago. */
function start(agoMs = 0) {
  const here = postgresCenter(base, { now: () => Date.now() - agoMs })
  running.push(here)
  return here
}

async function dispatched(here: ReturnType<typeof start>, changes = {}): Promise<string> {
  return (await here.commands.runTask(caller, request(changes))).taskId ?? ''
}

async function typesOf(taskId: string): Promise<string[]> {
  return (await base.store.readStream(taskStream(taskId))).map(({ event }) => event.type)
}

const hourMs = 3_600_000

describe('deadlines', () => {
  it('lose a task that was not started by its start deadline and the grace', async () => {
    const here = start(hourMs)
    const taskId = await dispatched(here)
    await here.reports.record(agentId, [acknowledged(taskId)])
    await here.loseOverdue()
    const events = await base.store.readStream(taskStream(taskId))
    expect(events.at(-1)?.event).toMatchObject({ type: 'TaskLost', data: { attempt: 1, failure: { code: 'OUTCOME_UNKNOWN' } } })
    expect(events.at(-1)?.context).toMatchObject({ actor: { kind: 'SYSTEM', id: 'deadlines' }, correlationId: 'c-1' })
  })

  it('lose a started task when its run timeout and the grace are over', async () => {
    const here = start(hourMs)
    const taskId = await dispatched(here)
    await here.reports.record(agentId, [acknowledged(taskId), started(taskId)])
    await here.loseOverdue()
    expect((await typesOf(taskId)).at(-1)).toBe('TaskLost')
  })

  it('leave a task alone before its deadline', async () => {
    const here = start()
    const taskId = await dispatched(here)
    expect(await here.loseOverdue()).toBe(0)
    expect(await typesOf(taskId)).toHaveLength(2)
  })

  it('leave a started task without a run timeout alone for ever, but not its start', async () => {
    const here = start(hourMs)
    const running = await dispatched(here, { timeoutMs: 0 })
    const waiting = await dispatched(here, { timeoutMs: 0 })
    await here.reports.record(agentId, [acknowledged(running), started(running)])
    await here.loseOverdue()
    expect((await typesOf(running)).at(-1)).toBe('TaskStarted')
    expect((await typesOf(waiting)).at(-1)).toBe('TaskLost')
  })

  it('write nothing where the task ended or started after the table was last written', async () => {
    const here = start(hourMs)
    const [endedOne, startedOne] = [await dispatched(here), await dispatched(here)]
    await here.feed.caughtUp()
    await here.stopFeeding()
    await here.reports.record(agentId, wholeRun(endedOne))
    await here.reports.record(agentId, [acknowledged(startedOne), started(startedOne)])
    expect(await loseOverdue(here.deadlines, Date.now())).toBe(2)
    expect((await typesOf(endedOne)).at(-1)).toBe('TaskSucceeded')
    expect((await typesOf(startedOne)).at(-1)).toBe('TaskStarted')
  })

  it('are kept over a restart of the process', async () => {
    const before = start(hourMs)
    const taskId = await dispatched(before)
    await before.stop()
    const after = start()
    await after.loseOverdue()
    expect((await typesOf(taskId)).at(-1)).toBe('TaskLost')
  })

  it('are settled by the late report of the same attempt, once', async () => {
    const here = start(hourMs)
    const taskId = await dispatched(here)
    await here.loseOverdue()
    await here.reports.record(agentId, [ended(taskId)])
    await here.reports.record(agentId, [ended(taskId)])
    expect((await typesOf(taskId)).slice(2)).toEqual(['TaskLost', 'TaskSucceeded', 'TaskReportIgnored'])
  })

  it('lose a task once, though two owners look at the same time', async () => {
    const [one, other] = [start(hourMs), start(hourMs)]
    const taskId = await dispatched(one)
    await Promise.all([one.loseOverdue(), other.loseOverdue()])
    expect((await typesOf(taskId)).slice(2)).toEqual(['TaskLost'])
  })

  it('are watched until the signal aborts', async () => {
    const here = start(hourMs)
    const taskId = await dispatched(here)
    const stopping = new AbortController()
    const watching = here.watchDeadlines(stopping.signal)
    await waitFor(async () => (await typesOf(taskId)).at(-1) === 'TaskLost')
    stopping.abort()
    await watching
  })
})

describe('deadlines that passed while the center could hear nobody', () => {
  it('wait for the grace, so that agents can bring first what they have', async () => {
    const here = start(hourMs)
    const [silent, heard] = [await dispatched(here), await dispatched(here)]
    await here.feed.caughtUp()
    const stopping = new AbortController()
    const watching = here.watchDeadlines(stopping.signal, { graceMs: 1500 })
    await here.reports.record(agentId, wholeRun(heard))
    await waitFor(async () => (await typesOf(silent)).at(-1) === 'TaskLost')
    stopping.abort()
    await watching
    expect(await typesOf(heard)).not.toContain('TaskLost')
  })

  it('wait for it again after the database was away', async () => {
    const here = start(hourMs)
    const taskId = await dispatched(here)
    await here.feed.caughtUp()
    let failures = 0
    let lookedAt = 0
    const attempts = {
      ...here.attempts,
      claimResends: async (limit: number) => {
        if (failures++ < 3) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
        return here.attempts.claimResends(limit)
      },
      overdue: async (limit: number, atMs: number) => {
        lookedAt ||= failures
        return here.attempts.overdue(limit, atMs)
      },
    }
    const stopping = new AbortController()
    const watching = here.watchDeadlines(stopping.signal, { attempts, graceMs: 100 })
    await waitFor(async () => (await typesOf(taskId)).at(-1) === 'TaskLost')
    stopping.abort()
    await watching
    expect(lookedAt).toBeGreaterThan(3)
  })
})

describe('a result against a cancel against a deadline', () => {
  it('leaves one end, whoever wins', async () => {
    const here = start(hourMs)
    const taskIds = await Promise.all(Array.from({ length: 20 }, () => dispatched(here)))
    await here.feed.caughtUp()
    await Promise.all([
      here.loseOverdue(),
      ...taskIds.map((taskId) => here.reports.record(agentId, wholeRun(taskId))),
      ...taskIds.map((id) => here.commands.cancelTask(caller, { id, reason: null, idempotencyKey: null })),
    ])
    for (const taskId of taskIds) {
      const types = await typesOf(taskId)
      expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(1)
      expect(types.filter((type) => type === 'TaskLost').length).toBeLessThanOrEqual(1)
      expect(types.indexOf('TaskLost')).toBeLessThan(types.indexOf('TaskSucceeded'))
    }
  })
})

describe('sending again', () => {
  it('sends what is not acknowledged, and only to an agent with a link', async () => {
    const here = start()
    const taskId = await dispatched(here)
    here.links.isLinked = false
    await here.resendUnanswered()
    expect(here.sent).toHaveLength(1)
    here.links.isLinked = true
    await here.resendUnanswered()
    expect(here.sent).toHaveLength(2)
    expect(here.sent[1]).toEqual(here.sent[0])
    await here.reports.record(agentId, [acknowledged(taskId)])
    await here.resendUnanswered()
    expect(here.sent).toHaveLength(2)
  })

  it('sends a cancel until the task has ended', async () => {
    const here = start()
    const taskId = await dispatched(here)
    await here.reports.record(agentId, [acknowledged(taskId), started(taskId)])
    await here.commands.cancelTask(caller, { id: taskId, reason: 'enough', idempotencyKey: null })
    await here.resendUnanswered()
    expect(here.sent.slice(2).map(({ message }) => message)).toMatchObject([
      { name: 'CancelTask', value: { taskId, reason: 'enough', correlationId: 'c-1' } },
    ])
    await here.reports.record(agentId, [ended(taskId, 'CANCELLED')])
    expect(await here.resendUnanswered()).toBe(0)
  })

  it('does not send what has expired', async () => {
    const here = start(hourMs)
    await dispatched(here)
    await here.resendUnanswered()
    expect(here.sent).toHaveLength(1)
  })

  it('sends from the log alone, after a restart', async () => {
    const before = start()
    await dispatched(before)
    await before.stop()
    const after = start()
    await after.resendUnanswered()
    expect(after.sent).toEqual(before.sent)
  })
})

describe('the table of open attempts', () => {
  const rows = async () => (await base.pool.query('select * from elves.open_attempts')).rows

  it('is not touched by a task that begins and ends within a moment', async () => {
    const here = start()
    await here.feed.caughtUp()
    await here.stopFeeding()
    const taskId = await dispatched(here)
    await here.reports.record(agentId, wholeRun(taskId))
    await base.pool.query(`create function elves.refuse() returns trigger language plpgsql as $$ begin raise exception 'touched'; end $$`)
    await base.pool.query('create trigger untouched before insert or update on elves.open_attempts execute function elves.refuse()')
    const later = start()
    await later.feed.caughtUp()
    await base.pool.query('drop trigger untouched on elves.open_attempts')
    expect(await rows()).toEqual([])
  })

  it('is the same for two instances that feed it at once', async () => {
    const [one, other] = [start(), start()]
    const taskIds = await Promise.all(Array.from({ length: 30 }, (_, index) => dispatched(index % 2 ? one : other)))
    await Promise.all(taskIds.slice(0, 10).map((taskId) => one.reports.record(agentId, wholeRun(taskId))))
    await Promise.all([one.feed.caughtUp(), other.feed.caughtUp()])
    expect((await rows()).map((row) => row.task_id).sort()).toEqual(taskIds.slice(10).sort())
  })

  it('has all for an instance that does not feed it, because that asks the one that does to hurry', async () => {
    const day = 24 * hourMs
    const feeding = postgresCenter(base, { mergeMs: day })
    const asking = postgresCenter(base, { isFeeding: false, patienceMs: day })
    running.push(feeding, asking)
    await asking.signals.listening
    await feeding.signals.listening
    const taskId = await dispatched(feeding)
    await asking.feed.caughtUp()
    expect((await rows()).map((row) => row.task_id)).toEqual([taskId])
  })

  it('is brought up to date by the instance that needs it where nobody feeds it', async () => {
    const alone = postgresCenter(base, { isFeeding: false, patienceMs: 10 })
    running.push(alone)
    const taskIds = [await dispatched(alone), await dispatched(alone)]
    await Promise.all([alone.feed.caughtUp(), alone.feed.caughtUp()])
    expect((await rows()).map((row) => row.task_id).sort()).toEqual(taskIds.sort())
  })
})
