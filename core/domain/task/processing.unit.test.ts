import type { ProcessingState } from '@elves/schemas/generated/types.ts'
import { describe, expect, it } from 'vitest'
import { given } from '../testing/given.ts'
import type { RecordProcessing } from './commands.ts'
import { decideTask, taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import { evolveTask, initialTaskState } from './state.ts'
import { agentId, app, lost, now, otherAgentId, recordEnded, requested, running, succeeded } from './testing.ts'

const task = (past: readonly TaskEvent[]) => given(taskDecider, past)
const ignored = (reason: 'DUPLICATE' | 'STRAGGLER'): TaskEvent => ({
  type: 'TaskReportIgnored',
  data: { agentId, app, attempt: 1, report: 'PROCESSING', outcome: null, reason },
})

describe('the processing of a result', () => {
  const about = { agentId, app, attempt: 1 }
  const begun: TaskEvent = { type: 'TaskProcessingStarted', data: { ...about, journalId: 'j-1' } }
  const delivered: TaskEvent = { type: 'TaskProcessed', data: { ...about, happenedAt: now, calls: 2, answer: 'taken' } }
  const report = (state: ProcessingState, change: Partial<RecordProcessing> = {}): RecordProcessing => {
    const texts = state === 'DELIVERED' ? { error: null, answer: 'taken' } : { error: 'refused', answer: null }
    return { type: 'RecordProcessing', agentId, attempt: 1, happenedAt: now, state, calls: 2, ...texts, ...change }
  }

  it('begins with the end of the task, if the agent says that it hands the result on', () => {
    task(running)
      .when(recordEnded('SUCCEEDED', { processing: true }))
      .then([succeeded, begun])
    task(running).when(recordEnded('SUCCEEDED')).then([succeeded])
  })

  it('begins with the late end of a task that was lost', () => {
    const late = { ...succeeded, data: { ...succeeded.data, isLate: true } } as TaskEvent
    task([...running, lost])
      .when(recordEnded('SUCCEEDED', { processing: true }))
      .then([late, begun])
  })

  it('does not begin with an end that another attempt follows', () => {
    const retry = { attempts: 2, delayMs: 0, factor: 1, maxDelayMs: 0, on: ['FAILED'] } as const
    const [, ...rest] = running
    const past = [{ type: 'TaskRequested', data: { ...requested.data, retry } } as TaskEvent, ...rest]
    const decision = decideTask(recordEnded('FAILED', { processing: true }), past.reduce(evolveTask, initialTaskState))
    expect((decision as TaskEvent[]).map(({ type }) => type)).toEqual(['TaskAttemptEnded', 'TaskWaiting'])
  })

  it('has as many failed calls as are told, and one outcome', () => {
    const past = [...running, succeeded, begun]
    const delayed: TaskEvent = { type: 'TaskProcessingDelayed', data: { ...about, happenedAt: now, calls: 2, error: 'refused' } }
    task(past).when(report('PENDING')).then([delayed])
    task([...past, delayed])
      .when(report('DELIVERED'))
      .then([delivered])
    task(past)
      .when(report('FAILED'))
      .then([{ type: 'TaskProcessingFailed', data: { ...about, happenedAt: now, calls: 2, error: 'refused', outcomeUnknown: false } }])
    task([...past, delivered])
      .when(report('DELIVERED'))
      .then([ignored('DUPLICATE')])
    task([...past, delivered])
      .when(report('FAILED'))
      .then([ignored('STRAGGLER')])
    task([...past, delivered])
      .when(report('PENDING'))
      .then([ignored('STRAGGLER')])
  })

  it('is given up where its journal is gone; what the agent tells nevertheless settles it once', () => {
    const past = [
      ...running,
      succeeded,
      begun,
      { type: 'TaskProcessingDelayed', data: { ...about, happenedAt: now, calls: 2, error: 'refused' } } as const,
    ]
    const lose = (journalId: string | null, attempt = 1) => ({ type: 'LoseProcessing', attempt, journalId, why: 'gone', now }) as const
    const data = { ...about, happenedAt: now, calls: 2, error: 'OUTCOME_UNKNOWN: gone', outcomeUnknown: true }
    const given: TaskEvent = { type: 'TaskProcessingFailed', data }
    for (const journal of ['another', null]) task(past).when(lose(journal)).then([given])
    task(past).when(lose('j-1')).then([])
    task(past).when(lose('another', 2)).then([])
    task([...running, succeeded])
      .when(lose(null))
      .then([])
    task([...past, given])
      .when(lose(null))
      .then([])
    task([...past, given])
      .when(report('PENDING'))
      .then([ignored('STRAGGLER')])
    task([...past, given])
      .when(report('DELIVERED'))
      .then([delivered])
    task([...past, given, delivered])
      .when(report('FAILED'))
      .then([ignored('STRAGGLER')])
    task([...past, delivered])
      .when(lose(null))
      .then([])
  })

  it('takes no word of another agent or attempt, and none before it has begun', () => {
    const past = [...running, succeeded, begun]
    const other = (change: object): TaskEvent => ({ ...ignored('STRAGGLER'), ...change })
    task(past)
      .when(report('DELIVERED', { agentId: otherAgentId }))
      .then([other({ data: { ...ignored('STRAGGLER').data, agentId: otherAgentId } })])
    task(past)
      .when(report('DELIVERED', { attempt: 2 }))
      .then([other({ data: { ...ignored('STRAGGLER').data, attempt: 2 } })])
    task([...running, succeeded])
      .when(report('DELIVERED'))
      .then([ignored('STRAGGLER')])
    task([]).when(report('DELIVERED')).then([])
  })
})
