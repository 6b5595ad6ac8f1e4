import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { describe, expect, it } from 'vitest'
import { agentId, caller, center, ended, journalId, request, wholeRun } from '../tests/center.ts'

const types = (events: readonly { event: { type: string } }[]) => events.map(({ event }) => event.type)

describe('running a task', () => {
  it('answers with the durable request and hands the instruction to the link at once', async () => {
    const { commands, sent, store } = center()
    const answer = await commands.runTask(caller, request())
    expect(types(answer.events)).toEqual(['TaskRequested', 'TaskDispatched'])
    expect(await store.readStream(taskStream(answer.taskId ?? ''))).toEqual(answer.events)
    expect(answer.position).toBe(answer.events[1]?.position)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.message).toMatchObject({
      name: 'RunTask',
      value: { taskId: answer.taskId, attempt: 1, journalId, app: 'apptest', func: 'hello', param: { inline: '{"a": 1}' }, correlationId: 'c-1' },
    })
  })

  it('writes who asked, and the correlation and trace of the request', async () => {
    const answer = await center().commands.runTask(caller, request())
    for (const { context } of answer.events) {
      expect(context).toEqual({ actor: caller.actor, correlationId: 'c-1', causationId: null, metadata: { traceparent: '00-1-2-01' } })
    }
  })

  it('answers a waiting client with the whole history when the end is durable', async () => {
    const { commands, reports, sent } = center()
    const answer = commands.runTask(caller, request({ wait: true }))
    const taskId = await taskIdSent(sent)
    await reports.record(agentId, wholeRun(taskId))
    const { events } = await answer
    expect(types(events)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
    expect(events.map(({ version }) => version)).toEqual([0, 1, 2, 3, 4])
    const dispatchId = events[1]?.id
    for (const { context } of events.slice(2)) {
      expect(context).toEqual({
        actor: { kind: 'AGENT', id: agentId, name: null },
        correlationId: 'c-1',
        causationId: dispatchId,
        metadata: caller.metadata,
      })
    }
  })

  it('answers a waiting client also where the task is run and ends before the answer of its own append is heard', async () => {
    const store = memoryEventStore()
    const append = store.append.bind(store)
    const slow = Object.assign(store, {
      async append(batch: Parameters<typeof append>[0]) {
        const results = await append(batch)
        const [first] = batch
        // As after a lost connection: the events are durable, and a hello or a resend sends the instruction, before the append answers.
        if (first?.expectedVersion === -1) await here.reports.record(agentId, wholeRun(first.stream.slice('task-'.length)))
        return results
      },
    })
    const here = center(slow)
    const { events } = await here.commands.runTask(caller, request({ wait: true }))
    expect(types(events).at(-1)).toBe('TaskSucceeded')
    expect(here.openTasks.openCount).toBe(0)
    expect(here.openTasks.waiterCount).toBe(0)
  })

  it('leaves no waiter behind where nothing could be written', async () => {
    const store = memoryEventStore()
    const here = center(Object.assign(store, { append: () => Promise.reject(new Error('away')) }))
    await expect(here.commands.runTask(caller, request({ wait: true }))).rejects.toThrow()
    expect(here.openTasks.waiterCount).toBe(0)
  })

  it('reads nothing from the store between a request and its answer', async () => {
    const store = memoryEventStore()
    let reads = 0
    const counted = Object.assign(Object.create(store), {
      append: store.append.bind(store),
      readStream: (...args: Parameters<typeof store.readStream>) => {
        reads += 1
        return store.readStream(...args)
      },
      readStreams: (...args: Parameters<typeof store.readStreams>) => {
        reads += 1
        return store.readStreams(...args)
      },
    })
    const { commands, reports, sent } = center(counted)
    const answer = commands.runTask(caller, request({ wait: true, idempotencyKey: 'made-by-query-service' }))
    await reports.record(agentId, wholeRun(await taskIdSent(sent)))
    await answer
    expect(reads).toBe(0)
  })

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED'] as const)('ends the wait at %s', async (outcome) => {
    const { commands, reports, sent } = center()
    const answer = commands.runTask(caller, request({ wait: true }))
    await reports.record(agentId, [ended(await taskIdSent(sent), outcome)])
    expect((await answer).events).toHaveLength(3)
  })

  it('ends the wait when the task is given up as lost', async () => {
    const { commands, decisions, sent } = center()
    const answer = commands.runTask(caller, request({ wait: true }))
    const taskId = await taskIdSent(sent)
    const context = { actor: { kind: 'SYSTEM', id: 'deadlines', name: null }, correlationId: 'c-1', causationId: null, metadata: {} } as const
    await decisions.handleMany([{ stream: taskStream(taskId), commands: [{ type: 'LoseTask', attempt: 1, why: 'x', now: 1 }], context }])
    expect(types((await answer).events).at(-1)).toBe('TaskLost')
  })

  it('hears of an end that another instance wrote', async () => {
    const store = memoryEventStore()
    const [here, there] = [center(store), center(store)]
    const answer = here.commands.runTask(caller, request({ wait: true }))
    await there.reports.record(agentId, wholeRun(await taskIdSent(here.sent)))
    here.openTasks.observe(await store.readAll({ from: null, direction: 'forwards', limit: 100 }))
    expect(types((await answer).events).at(-1)).toBe('TaskSucceeded')
  })

  it('forgets a task when it has ended', async () => {
    const { commands, reports, openTasks, sent } = center()
    const answer = commands.runTask(caller, request({ wait: true }))
    expect(openTasks.openCount).toBe(0)
    const taskId = await taskIdSent(sent)
    expect(openTasks.openCount).toBe(1)
    await reports.record(agentId, wholeRun(taskId))
    await answer
    expect([openTasks.openCount, openTasks.waiterCount]).toEqual([0, 0])
  })
})

describe('refusing a task', () => {
  it('names the field where nobody has this id or ip', async () => {
    const answer = await center().commands.runTask(caller, request({ agent: '10.9.9.9' }))
    expect(answer).toMatchObject({ taskId: null, position: null, refusal: { code: 'AGENT_UNKNOWN', field: 'agent' } })
  })

  it.each(['OFFLINE', 'LOST', 'NONE'] as const)('refuses an agent that is %s', async (phase) => {
    const answer = await center(undefined, { agent: { phase } }).commands.runTask(caller, request())
    expect(answer.refusal).toMatchObject({ code: 'AGENT_OFFLINE', field: 'agent' })
  })

  it('finds an agent by its ip', async () => {
    expect((await center().commands.runTask(caller, request({ agent: '10.0.0.1' }))).refusal).toBeNull()
  })

  it('writes and sends nothing for a request that is not well-formed', async () => {
    const { commands, sent, store } = center()
    const answer = await commands.runTask(caller, request({ app: '../x' }))
    expect(answer.refusal).toMatchObject({ code: 'APP_INVALID', field: 'app' })
    expect(sent).toEqual([])
    expect(await store.readAll({ from: null, direction: 'forwards', limit: 1 })).toEqual([])
  })
})

describe('an idempotency key', () => {
  const keyed = (changes = {}) => request({ idempotencyKey: 'k', ...changes })

  it('gives the same task for the same request, and sends it only once', async () => {
    const { commands, sent } = center()
    const first = await commands.runTask(caller, keyed())
    const second = await commands.runTask(caller, keyed())
    expect(second.taskId).toBe(first.taskId)
    expect(second.events).toEqual(first.events)
    expect(sent).toHaveLength(1)
  })

  it('gives the same task to two that ask at once', async () => {
    const { commands, sent } = center()
    const [one, other] = await Promise.all([commands.runTask(caller, keyed()), commands.runTask(caller, keyed())])
    expect(one.taskId).toBe(other.taskId)
    expect(sent).toHaveLength(1)
  })

  it('waits for the end of the task that the first request made', async () => {
    const { commands, reports } = center()
    const { taskId } = await commands.runTask(caller, keyed())
    const repeat = commands.runTask(caller, keyed({ wait: true }))
    await reports.record(agentId, wholeRun(taskId ?? ''))
    expect(types((await repeat).events).at(-1)).toBe('TaskSucceeded')
  })

  it('refuses another request, and remembers no refusal', async () => {
    const { commands } = center()
    await commands.runTask(caller, keyed({ app: '../x' }))
    expect((await commands.runTask(caller, keyed())).refusal).toBeNull()
    expect((await commands.runTask(caller, keyed({ func: 'other' }))).refusal?.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('is a key of its own for each actor', async () => {
    const { commands } = center()
    const mine = await commands.runTask(caller, keyed())
    const theirs = await commands.runTask({ ...caller, actor: { kind: 'AUTH_KEY', id: '1', name: null } }, keyed())
    expect(mine.taskId).not.toBe(theirs.taskId)
  })

  it('still gives its task when the agent has gone meanwhile, and no new one', async () => {
    const here = center()
    const { taskId } = await here.commands.runTask(caller, keyed())
    here.agent.record = { agentId, ip: '10.0.0.1', phase: 'OFFLINE', journalId }
    expect((await here.commands.runTask(caller, keyed())).taskId).toBe(taskId)
    here.agent.record = null
    expect((await here.commands.runTask(caller, keyed())).taskId).toBe(taskId)
    expect((await here.commands.runTask(caller, keyed({ func: 'other' }))).refusal?.code).toBe('AGENT_UNKNOWN')
  })

  it('holds after a restart of the center', async () => {
    const store = memoryEventStore()
    const { taskId } = await center(store).commands.runTask(caller, keyed())
    const restarted = center(store)
    expect((await restarted.commands.runTask(caller, keyed())).taskId).toBe(taskId)
    expect(restarted.sent).toEqual([])
  })
})

describe('many tasks at once', () => {
  it('decides each for itself and answers in order', async () => {
    const { commands, sent } = center()
    const answers = await commands.runTasks(caller, [request(), request({ func: ' ' }), request({ agent: 'nobody' }), request()])
    expect(answers.map(({ refusal }) => refusal?.code ?? null)).toEqual([null, 'FUNC_INVALID', 'AGENT_UNKNOWN', null])
    expect(sent.map(({ message }) => message.name === 'RunTask' && message.value.taskId)).toEqual([answers[0]?.taskId, answers[3]?.taskId])
  })

  it('sends one task for one key that stands twice in a call', async () => {
    const { commands, sent } = center()
    const [one, other] = await commands.runTasks(caller, [request({ idempotencyKey: 'k' }), request({ idempotencyKey: 'k' })])
    expect(one?.taskId).toBe(other?.taskId)
    expect(sent).toHaveLength(1)
  })

  it('finds the tasks of a call that is repeated at another instance by two reads', async () => {
    const store = memoryEventStore()
    const requests = Array.from({ length: 100 }, (_, index) => request({ idempotencyKey: `k-${index}` }))
    const first = await center(store).commands.runTasks(caller, requests)
    let reads = 0
    const counted: EventStore = Object.assign(Object.create(store), {
      append: store.append.bind(store),
      readStream: (...args: Parameters<EventStore['readStream']>) => {
        reads += 1
        return store.readStream(...args)
      },
      readStreams: (...args: Parameters<EventStore['readStreams']>) => {
        reads += 1
        return store.readStreams(...args)
      },
    })
    const repeated = await center(counted).commands.runTasks(caller, requests)
    expect(repeated).toEqual(first)
    // The append tells that the streams are there: their states are read, and then what to answer.
    expect(reads).toBe(2)
  })

  it('refuses more than a thousand as a whole', async () => {
    const many = Array.from({ length: 1001 }, () => request())
    await expect(center().commands.runTasks(caller, many)).rejects.toMatchObject({ code: 'TOO_MANY_TASKS' })
  })
})

describe('cancelling a task', () => {
  it('sends the cancel after its event, and answers the task', async () => {
    const { commands, sent } = center()
    const { taskId } = await commands.runTask(caller, request())
    const answer = await commands.cancelTask(caller, { id: taskId ?? '', reason: 'enough', idempotencyKey: null })
    expect(types(answer.events).at(-1)).toBe('TaskCancelRequested')
    expect(sent[1]?.message).toEqual({ name: 'CancelTask', value: { taskId, attempt: 1, reason: 'enough', correlationId: 'c-1' } })
  })

  it('answers a repeat with the task and writes nothing', async () => {
    const { commands } = center()
    const { taskId } = await commands.runTask(caller, request())
    const first = await commands.cancelTask(caller, { id: taskId ?? '', reason: null, idempotencyKey: null })
    expect((await commands.cancelTask(caller, { id: taskId ?? '', reason: null, idempotencyKey: null })).events).toEqual(first.events)
  })

  it('answers a repeat with the same key also after the end, and refuses another one', async () => {
    const { commands, reports } = center()
    const { taskId } = await commands.runTask(caller, request())
    const cancel = (idempotencyKey: string) => commands.cancelTask(caller, { id: taskId ?? '', reason: null, idempotencyKey })
    expect((await cancel('k-1')).refusal).toBeNull()
    await reports.record(agentId, wholeRun(taskId ?? ''))
    const repeated = await cancel('k-1')
    expect([repeated.refusal, types(repeated.events).at(-1)]).toEqual([null, 'TaskSucceeded'])
    expect((await cancel('k-2')).refusal?.code).toBe('TASK_ENDED')
    expect((await cancel(' ')).refusal?.code).toBe('IDEMPOTENCY_KEY_INVALID')
  })

  it('refuses an unknown task, something that is no id, and a task that has ended', async () => {
    const { commands, reports } = center()
    const { taskId } = await commands.runTask(caller, request())
    await reports.record(agentId, wholeRun(taskId ?? ''))
    const cancel = async (id: string) => (await commands.cancelTask(caller, { id, reason: null, idempotencyKey: null })).refusal?.code
    expect(await cancel('0'.repeat(16))).toBe('TASK_UNKNOWN')
    expect(await cancel('../agent-1')).toBe('TASK_UNKNOWN')
    expect(await cancel(taskId ?? '')).toBe('TASK_ENDED')
  })
})

describe('stopping', () => {
  it('refuses new commands and answers who waits, so that they try again', async () => {
    const { commands, openTasks, sent } = center()
    const waiting = commands.runTask(caller, request({ wait: true }))
    await taskIdSent(sent)
    commands.close()
    openTasks.close()
    await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN', canRetry: true })
    await expect(commands.runTask(caller, request())).rejects.toMatchObject({ code: 'SHUTTING_DOWN', canRetry: true })
    await expect(commands.cancelTask(caller, { id: '0'.repeat(16), reason: null, idempotencyKey: null })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    })
  })
})

describe('waiting for a task by its id', () => {
  it('answers what there is when the time is over', async () => {
    const { commands } = center()
    const { taskId } = await commands.runTask(caller, request())
    expect(types((await commands.waitForTask(taskId ?? '', 1)).events)).toEqual(['TaskRequested', 'TaskDispatched'])
    expect((await commands.waitForTask('0'.repeat(16), 1)).refusal?.code).toBe('TASK_UNKNOWN')
  })
})

async function taskIdSent(sent: ReturnType<typeof center>['sent']): Promise<string> {
  while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const message = sent[0]?.message
  return message?.name === 'RunTask' ? message.value.taskId : ''
}
