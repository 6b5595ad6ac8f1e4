import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { describe, expect, it } from 'vitest'
import { acknowledged, agentId, center, ended, wholeRun } from '../tests/center.ts'
import type { NewTask, TaskAsked } from './task-requests.ts'

const context: EventContext = { actor: { kind: 'SYSTEM', id: 'queues', name: null }, correlationId: 'q-1', causationId: null, metadata: { a: 'b' } }
const idOf = (number: number) => number.toString(16).toUpperCase().padStart(16, '0')
const retry = { attempts: 3, delayMs: 100, factor: 2, maxDelayMs: 60_000, on: ['FAILED'] } as const

function asked(number: number, changes: Partial<NewTask> & { hold?: boolean } = {}): TaskAsked {
  const { hold = false, ...task } = changes
  const what = { kind: 'QUEUE', agent: agentId, app: 'apptest', func: 'hello', param: '[1]', proxy: null, processor: false, timeoutMs: 0 } as const
  const options = { ...noTaskOptions, queueId: idOf(99), startWithinMs: 30_000 }
  return { task: { taskId: idOf(number), ...what, ...options, idempotencyKey: null, requestHash: 'h', ...task }, context, hold }
}

const types = async (store: EventStore, number: number) => (await store.readStream(taskStream(idOf(number)))).map(({ event }) => event.type)
const last = async (store: EventStore, number: number) => (await store.readStream(taskStream(idOf(number)))).at(-1)?.event

describe('requesting', () => {
  it('dispatches at once, waits for the agent, or holds; each with the context that it was given', async () => {
    const { requests, sent, store, agent } = center()
    expect(await requests.request([asked(1), asked(2, { hold: true, parents: [idOf(1)] })])).toEqual([null, null])
    if (agent.record) agent.record = { ...agent.record, phase: 'LOST' }
    expect(await requests.request([asked(3)])).toEqual([null])
    expect(await types(store, 1)).toEqual(['TaskRequested', 'TaskDispatched'])
    expect(await last(store, 2)).toMatchObject({ type: 'TaskWaiting', data: { reason: 'QUEUE', attempt: 1, startBefore: null } })
    expect(await last(store, 3)).toMatchObject({ type: 'TaskWaiting', data: { reason: 'AGENT', attempt: 1 } })
    expect(sent.map(({ message }) => message)).toMatchObject([{ name: 'RunTask', value: { taskId: idOf(1), kind: 'QUEUE', correlationId: 'q-1' } }])
    const [requested] = await store.readStream(taskStream(idOf(2)))
    expect(requested).toMatchObject({ event: { data: { kind: 'QUEUE', queueId: idOf(99), parents: [idOf(1)], startWithinMs: 30_000 } }, context })
  })

  it('refuses each by itself, and writes nothing of what it refuses', async () => {
    const { requests, store, agent } = center()
    const answers = await requests.request([
      asked(1, { agent: 'nobody' }),
      asked(2, { app: '../x' }),
      asked(3),
      asked(4, { retry: { ...retry, attempts: 0 } }),
    ])
    expect(answers.map((refusal) => refusal && [refusal.code, refusal.field])).toEqual([
      ['AGENT_UNKNOWN', 'agent'],
      ['APP_INVALID', 'app'],
      null,
      ['RETRY_INVALID', 'retry.attempts'],
    ])
    if (agent.record) agent.record = { ...agent.record, phase: 'OFFLINE' }
    expect(await requests.request([asked(5, { startWithinMs: 0 })])).toMatchObject([{ code: 'AGENT_OFFLINE', field: 'agent' }])
    for (const number of [1, 2, 4, 5]) expect(await types(store, number)).toEqual([])
    expect(await types(store, 3)).toEqual(['TaskRequested', 'TaskDispatched'])
  })

  it('changes nothing a second time, also in a process that knows nothing of the first; other content under the same id is refused', async () => {
    const first = center()
    await first.requests.request([asked(1), asked(2, { hold: true })])
    const { requests, sent } = center(first.store)
    expect(await requests.request([asked(1), asked(2, { hold: true }), asked(1, { requestHash: 'other' })])).toMatchObject([
      null,
      null,
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ])
    expect(sent).toEqual([])
    expect(await types(first.store, 1)).toEqual(['TaskRequested', 'TaskDispatched'])
    expect(await types(first.store, 2)).toEqual(['TaskRequested', 'TaskWaiting'])
  })
})

describe('releasing', () => {
  it('dispatches what is held, once, with all that its request said', async () => {
    const { requests, sent, store, reports } = center()
    await requests.request([asked(1, { hold: true })])
    await requests.release([idOf(1), idOf(7)], context)
    await requests.release([idOf(1)], context)
    expect(await types(store, 1)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskDispatched'])
    expect(sent.map(({ message }) => message)).toMatchObject([{ name: 'RunTask', value: { taskId: idOf(1), attempt: 1, param: { inline: '[1]' } } }])
    await reports.record(agentId, wholeRun(idOf(1)))
    expect(await last(store, 1)).toMatchObject({ type: 'TaskSucceeded' })
  })

  it('waits for an agent that is not connected, and skips what may not wait or whose agent was removed', async () => {
    const { requests, store, agent } = center()
    await requests.request([asked(1, { hold: true }), asked(2, { hold: true, startWithinMs: 0 }), asked(3, { hold: true })])
    if (agent.record) agent.record = { ...agent.record, phase: 'OFFLINE' }
    await requests.release([idOf(1), idOf(2)], context)
    expect(await last(store, 1)).toMatchObject({ type: 'TaskWaiting', data: { reason: 'AGENT' } })
    expect(await last(store, 2)).toMatchObject({ type: 'TaskSkipped', data: { failure: { code: 'START_EXPIRED' } } })
    agent.record = null
    await requests.release([idOf(3)], context)
    expect(await last(store, 3)).toMatchObject({ type: 'TaskSkipped', data: { failure: { code: 'AGENT_REMOVED' } } })
  })
})

describe('skipping and cancelling', () => {
  it('skips only what waits', async () => {
    const { requests, store } = center()
    await requests.request([asked(1), asked(2, { hold: true })])
    const failure = { code: 'PARENT_NOT_SUCCEEDED', message: 'parent' }
    for (let time = 0; time < 2; time++)
      await requests.skip(
        [1, 2, 3].map((number) => ({ taskId: idOf(number), failure })),
        context,
      )
    expect(await types(store, 1)).toEqual(['TaskRequested', 'TaskDispatched'])
    expect(await types(store, 2)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskSkipped'])
    expect(await types(store, 3)).toEqual([])
  })

  it('cancels at once what waits, and by its agent what was dispatched', async () => {
    const { requests, store, sent } = center()
    await requests.request([asked(1), asked(2, { hold: true })])
    await requests.cancel([idOf(1), idOf(2), idOf(3)], 'stopped', context)
    expect(await types(store, 1)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskCancelRequested'])
    expect(await types(store, 2)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskCancelRequested', 'TaskCancelled'])
    expect(sent.at(-1)?.message).toMatchObject({ name: 'CancelTask', value: { taskId: idOf(1), reason: 'stopped' } })
  })
})

describe('an attempt that ends without success', () => {
  it('is followed by a wait for the next one, and what comes late about it is recorded as ignored', async () => {
    const { requests, reports, store } = center(undefined, { now: () => 1_000 })
    await requests.request([asked(1, { retry })])
    await reports.record(agentId, [ended(idOf(1), 'FAILED')])
    expect(await types(store, 1)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAttemptEnded', 'TaskWaiting'])
    expect(await last(store, 1)).toMatchObject({ type: 'TaskWaiting', data: { attempt: 2, reason: 'RETRY' } })
    await reports.record(agentId, [ended(idOf(1), 'FAILED')])
    expect(await last(store, 1)).toMatchObject({ type: 'TaskReportIgnored', data: { reason: 'DUPLICATE' } })
    await reports.record(agentId, [acknowledged(idOf(1)), ended(idOf(1), 'SUCCEEDED')])
    expect(await last(store, 1)).toMatchObject({ type: 'TaskReportIgnored', data: { reason: 'STRAGGLER', attempt: 1, outcome: 'SUCCEEDED' } })
  })
})
