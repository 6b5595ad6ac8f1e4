import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Append } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acknowledged, agentId, caller, center, ended, request, started, wholeRun } from '../tests/center.ts'

async function types(store: ReturnType<typeof memoryEventStore>, taskId: string): Promise<string[]> {
  return (await store.readStream(taskStream(taskId))).map(({ event }) => event.type)
}

describe('recording reports', () => {
  it('appends the reports of one frame together', async () => {
    const store = countingStore()
    const { commands, reports } = center(store.store)
    const { taskId } = await commands.runTask(caller, request())
    store.appends.length = 0
    await reports.record(agentId, wholeRun(taskId ?? ''))
    expect(store.appends).toHaveLength(1)
    expect(store.appends[0]?.[0]?.events.map(({ event }) => event.type)).toEqual(['TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
  })

  it('appends together what many agents report in one turn', async () => {
    const store = countingStore()
    const { commands, reports } = center(store.store)
    const answers = await commands.runTasks(
      caller,
      Array.from({ length: 50 }, () => request()),
    )
    store.appends.length = 0
    await Promise.all(answers.map(({ taskId }) => reports.record(agentId, wholeRun(taskId ?? ''))))
    expect(store.appends).toHaveLength(1)
  })

  it('keeps the order of a task whose reports come while others are in flight', async () => {
    const { commands, reports, store } = center()
    const { taskId } = await commands.runTask(caller, request())
    const id = taskId ?? ''
    await Promise.all([[acknowledged(id)], [started(id)], [ended(id)]].map((frame) => reports.record(agentId, frame)))
    expect(await types(store, id)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
  })

  it('records a duplicate as one, and it changes nothing', async () => {
    const { commands, reports, store } = center()
    const { taskId } = await commands.runTask(caller, request())
    const id = taskId ?? ''
    await reports.record(agentId, wholeRun(id))
    await reports.record(agentId, [ended(id)])
    const last = (await store.readStream(taskStream(id))).at(-1)?.event
    expect(last).toMatchObject({ type: 'TaskReportIgnored', data: { report: 'ENDED', outcome: 'SUCCEEDED', reason: 'DUPLICATE' } })
  })

  it("records a report for another agent's task as ignored", async () => {
    const { commands, reports, store } = center()
    const { taskId } = await commands.runTask(caller, request())
    await reports.record('b'.repeat(32), wholeRun(taskId ?? ''))
    expect((await types(store, taskId ?? '')).slice(2)).toEqual(['TaskReportIgnored', 'TaskReportIgnored', 'TaskReportIgnored'])
  })

  it('drops and counts reports of a task that nobody asked for, and keeps the others of the frame', async () => {
    const { commands, reports, store, registry } = center()
    const { taskId } = await commands.runTask(caller, request())
    await reports.record(agentId, [...wholeRun('F'.repeat(16)), ...wholeRun(taskId ?? '')])
    expect((await types(store, taskId ?? '')).at(-1)).toBe('TaskSucceeded')
    expect(await types(store, 'F'.repeat(16))).toEqual([])
    expect(await registry.getSingleMetricAsString('elves_task_reports_unknown_total')).toContain('elves_task_reports_unknown_total 3')
  })

  it('brings numbers that no date and no Int can be into their bounds', async () => {
    const { commands, reports, store } = center()
    const { taskId } = await commands.runTask(caller, request())
    const id = taskId ?? ''
    const end = ended(id)
    if (end.name !== 'AttemptEnded' || !end.value.output) throw new TypeError('not an end')
    const output = { ...end.value.output, costMs: Number.MAX_SAFE_INTEGER }
    await reports.record(agentId, [{ name: 'AttemptEnded', value: { ...end.value, happenedAt: Number.MAX_SAFE_INTEGER, output } }])
    const last = (await store.readStream(taskStream(id))).at(-1)?.event
    expect(last).toMatchObject({ data: { happenedAt: Date.UTC(9999, 11, 31, 23, 59, 59, 999), output: { costMs: 2 ** 31 - 1 } } })
  })

  it('knows the correlation of a task that an earlier process dispatched', async () => {
    const store = memoryEventStore()
    const { taskId } = await center(store).commands.runTask(caller, request())
    await center(store).reports.record(agentId, wholeRun(taskId ?? ''))
    const events = await store.readStream(taskStream(taskId ?? ''))
    expect(events.at(-1)?.context).toMatchObject({ correlationId: 'c-1', causationId: events[1]?.id, metadata: caller.metadata })
  })

  it('rejects where the store does not answer, so that no receipt is sent', async () => {
    const store = memoryEventStore()
    const { commands, reports } = center(store)
    const { taskId } = await commands.runTask(caller, request())
    await store.close()
    await expect(reports.record(agentId, wholeRun(taskId ?? ''))).rejects.toThrow()
  })

  it('writes the reports of the others where one can not be written', async () => {
    const { commands, reports, store } = center()
    const [good, bad] = await commands.runTasks(caller, [request(), request()])
    const broken = { name: 'AttemptStarted', value: { reportId: 1, taskId: bad?.taskId ?? '', attempt: 0.5, happenedAt: 1 } } as const
    const refused = expect(reports.record('b'.repeat(32), [broken])).rejects.toMatchObject({ code: 'INTERNAL' })
    await reports.record(agentId, wholeRun(good?.taskId ?? ''))
    await refused
    expect((await types(store, good?.taskId ?? '')).at(-1)).toBe('TaskSucceeded')
  })

  it('takes in what comes after a failed append', async () => {
    let isDown = false
    const { commands, reports, store } = center(countingStore(() => isDown).store)
    const { taskId } = await commands.runTask(caller, request())
    isDown = true
    await expect(reports.record(agentId, wholeRun(taskId ?? ''))).rejects.toThrow()
    isDown = false
    await reports.record(agentId, wholeRun(taskId ?? ''))
    expect((await types(store, taskId ?? '')).at(-1)).toBe('TaskSucceeded')
  })
})

describe('any order of reports, cancels and deadlines', () => {
  const step = fc.constantFrom(
    'ack',
    'start',
    'succeed',
    'fail',
    'timeout',
    'cancelled',
    'cancel',
    'lose',
    'loseUnlessStarted',
    'otherAgent',
    'otherAttempt',
  )

  it('leaves one truthful end, settled at most once after a loss', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, isAtOnce) => {
        const { commands, reports, decisions, store } = center()
        const { taskId } = await commands.runTask(caller, request())
        const id = taskId ?? ''
        const context = { actor: { kind: 'SYSTEM', id: 'deadlines', name: null }, correlationId: 'c-1', causationId: null, metadata: {} } as const
        const lose = (unlessStarted: boolean) =>
          decisions.handleMany([{ stream: taskStream(id), commands: [{ type: 'LoseTask', attempt: 1, why: 'x', now: 1, unlessStarted }], context }])
        const actions: Record<typeof step extends fc.Arbitrary<infer T> ? T : never, () => Promise<unknown>> = {
          ack: () => reports.record(agentId, [acknowledged(id)]),
          start: () => reports.record(agentId, [started(id)]),
          succeed: () => reports.record(agentId, [ended(id)]),
          fail: () => reports.record(agentId, [ended(id, 'FAILED')]),
          timeout: () => reports.record(agentId, [ended(id, 'TIMED_OUT')]),
          cancelled: () => reports.record(agentId, [ended(id, 'CANCELLED')]),
          cancel: () => commands.cancelTask(caller, { id, reason: null, idempotencyKey: null }),
          lose: () => lose(false),
          loseUnlessStarted: () => lose(true),
          otherAgent: () => reports.record('b'.repeat(32), [ended(id)]),
          otherAttempt: () => reports.record(agentId, [ended(id, 'SUCCEEDED', 2)]),
        }
        if (isAtOnce) await Promise.all(steps.map((name) => actions[name]()))
        else for (const name of steps) await actions[name]()
        const events = (await store.readStream(taskStream(id))).map(({ event }) => event)
        const ends = events.filter(({ type }) => isEnd(type))
        const lost = ends.findIndex(({ type }) => type === 'TaskLost')
        expect(ends.length).toBeLessThanOrEqual(lost === 0 ? 2 : 1)
        expect(lost).toBeLessThanOrEqual(0)
        for (const [index, end] of ends.entries()) if ('isLate' in end.data) expect(end.data.isLate).toBe(index === 1)
        const reportedEnd = steps.some((name) => ['succeed', 'fail', 'timeout', 'cancelled'].includes(name))
        if (reportedEnd) expect(ends.at(-1)?.type).not.toBe('TaskLost')
        const startedAt = events.findIndex(({ type }) => type === 'TaskStarted')
        const endedAt = events.findIndex(({ type }) => isEnd(type))
        if (startedAt >= 0 && endedAt >= 0) expect(startedAt).toBeLessThan(endedAt)
      }),
      { numRuns: 200 },
    )
  })
})

function countingStore(isDown: () => boolean = () => false) {
  const store = memoryEventStore()
  const written = store.append.bind(store)
  const appends: (readonly Append[])[] = []
  const append = async (batch: readonly Append[]) => {
    appends.push(batch)
    if (isDown()) throw new Error('down')
    return written(batch)
  }
  return { store: Object.assign(store, { append }), appends }
}
