import { taskStream } from '@elves/core/domain/task/task.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { agentId, caller, center, ended, request, wholeRun } from '../tests/center.ts'

/** A logger whose lines are kept as they are written. */
function keptLog() {
  const lines: string[] = []
  const logger = pino({ level: 'info', base: null, timestamp: false }, { write: (line: string) => lines.push(line) })
  return { logger, lines, ends: () => lines.filter((line) => line.includes('a task has ended')).map((line) => JSON.parse(line)) }
}

const lost = (taskId: string) => ({
  stream: taskStream(taskId),
  commands: [{ type: 'LoseTask', attempt: 1, why: 'nothing was heard', now: 1, unlessStarted: false } as const],
  context: { actor: { kind: 'SYSTEM', id: 'deadlines', name: null }, correlationId: 'c-1', causationId: null, metadata: {} } as const,
})

describe('the log', () => {
  it('tells of a task in one line, at its end, without its parameter and its output', async () => {
    const { logger, lines, ends } = keptLog()
    const { commands, reports } = center(memoryEventStore(), { logger })
    const { taskId } = await commands.runTask(caller, request({ param: '{"password": "hunter2"}' }))
    expect(lines).toEqual([])
    await reports.record(agentId, wholeRun(taskId ?? ''))
    await reports.record(agentId, wholeRun(taskId ?? ''))
    expect(ends()).toEqual([
      {
        level: 30,
        taskId,
        agentId,
        app: 'apptest',
        func: 'hello',
        state: 'SUCCEEDED',
        durationMs: expect.any(Number),
        attempt: 1,
        correlationId: 'c-1',
        msg: 'a task has ended',
      },
    ])
    expect(lines.join('')).not.toContain('hunter2')
  })

  it('tells the code of a failure', async () => {
    const { logger, ends } = keptLog()
    const { commands, reports } = center(memoryEventStore(), { logger })
    const { taskId } = await commands.runTask(caller, request())
    await reports.record(agentId, [ended(taskId ?? '', 'FAILED')])
    expect(ends()).toMatchObject([{ taskId, state: 'FAILED', code: 'WORKER_EXIT' }])
  })

  it('tells as much of an end that a process writes without having heard of the task, and of one that settles a loss', async () => {
    const store = memoryEventStore()
    const { taskId } = await center(store).commands.runTask(caller, request())
    const { logger, ends } = keptLog()
    const { decisions, reports } = center(store, { logger })
    await decisions.handleMany([lost(taskId ?? '')])
    await expect.poll(ends).toMatchObject([{ taskId, agentId, app: 'apptest', func: 'hello', state: 'LOST', code: 'OUTCOME_UNKNOWN' }])
    await reports.record(agentId, [ended(taskId ?? '')])
    await expect.poll(() => ends().slice(1)).toMatchObject([{ taskId, func: 'hello', state: 'SUCCEEDED', isLate: true, attempt: 1 }])
  })
})

describe('metrics', () => {
  it('count each stage of a task once, whatever comes twice', async () => {
    const { commands, reports, registry } = center()
    const { taskId } = await commands.runTask(caller, request())
    await reports.record(agentId, wholeRun(taskId ?? ''))
    await reports.record(agentId, wholeRun(taskId ?? ''))
    const stages = await registry.getSingleMetricAsString('elves_task_stage_duration_seconds')
    for (const stage of ['dispatch', 'acknowledge', 'start', 'run']) expect(stages).toContain(`_count{stage="${stage}"} 1`)
    // The test's agent reports 2 and 3 ms since the epoch.
    expect(stages).toContain('_sum{stage="run"} 0.001')
    expect(await registry.getSingleMetricAsString('elves_task_duration_seconds')).toContain('_count 1')
  })

  it('say zero for every end before the first', async () => {
    const ends = await center().registry.getSingleMetricAsString('elves_tasks_ended_total')
    for (const end of ['TaskSucceeded', 'TaskFailed', 'TaskTimedOut', 'TaskCancelled', 'TaskRejected', 'TaskLost'])
      expect(ends).toContain(`{end="${end}"} 0`)
  })
})
