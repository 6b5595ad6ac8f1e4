import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { queueLimits } from './limits.ts'
import { emptyLookup } from './lookup.ts'
import { type AddQueueTasks, type CreateQueue, type QueueCommand, type QueueEvent, queueAggregate } from './queue.ts'

const { decider } = queueAggregate
const create: CreateQueue = { type: 'CreateQueue', name: 'n', app: 'a', idempotencyKey: null, requestHash: null }
const created: QueueEvent = { type: 'QueueCreated', data: { name: 'n', app: 'a', idempotencyKey: null, requestHash: null } }
const committed: QueueEvent = { type: 'QueueCommitted', data: { idempotencyKey: 'c' } }
const stopped: QueueEvent = { type: 'QueueStopRequested', data: { cancelRunning: false, reason: null, idempotencyKey: null } }
const ended: QueueEvent = { type: 'QueueEnded', data: { outcome: 'SUCCEEDED' } }
const commit = { type: 'CommitQueue', idempotencyKey: null } as const
const stop = { type: 'StopQueue', cancelRunning: false, reason: null, idempotencyKey: null } as const

function add(
  tasks: readonly (readonly [id: string, key: string | null, ...dependsOn: string[]])[],
  asked: Partial<AddQueueTasks> = {},
): AddQueueTasks {
  const all = tasks.map(([taskId, key, ...dependsOn]) => ({ taskId, key, dependsOn }))
  return { type: 'AddQueueTasks', tasks: all, idempotencyKey: null, requestHash: null, ...asked }
}

function added(tasks: readonly (readonly [id: string, key: string | null, ...parents: string[]])[], asked: object = {}): QueueEvent {
  const all = tasks.map(([taskId, key, ...parents]) => ({ taskId, key, parents }))
  return { type: 'QueueTasksAdded', data: { tasks: all, idempotencyKey: null, requestHash: null, ...asked } }
}

describe('tasks of a queue', () => {
  test('depend on keys and ids, of the same call and of earlier ones, in any order', () => {
    given(decider, [created, added([['T1', 'one']])])
      .when(
        add([
          ['T2', null, 'three', 'one', 'T1'],
          ['T3', 'three', 'T1'],
        ]),
      )
      .then([
        added([
          ['T2', null, 'T3', 'T1'],
          ['T3', 'three', 'T1'],
        ]),
      ])
  })

  test('are refused, all of them, where one depends on what the queue does not have', () => {
    given(decider, [created])
      .when(
        add([
          ['T1', 'one'],
          ['T2', null, 'two'],
        ]),
      )
      .then('DEPENDENCY_UNKNOWN')
  })

  test('are refused where they depend on each other in a circle, or on themselves', () => {
    given(decider, [created])
      .when(
        add([
          ['T1', 'a', 'b'],
          ['T2', 'b', 'c'],
          ['T3', 'c', 'a'],
        ]),
      )
      .then('DEPENDENCY_CYCLE')
    given(decider, [created])
      .when(add([['T1', 'a', 'a']]))
      .then('DEPENDENCY_CYCLE')
  })

  test('are refused where a key is blank, too long, or taken', () => {
    given(decider, [created])
      .when(add([['T1', ' ']]))
      .then('TASK_KEY_INVALID')
    given(decider, [created])
      .when(add([['T1', 'x'.repeat(queueLimits.keyLength + 1)]]))
      .then('TASK_KEY_INVALID')
    given(decider, [created])
      .when(
        add([
          ['T1', 'a'],
          ['T2', 'a'],
        ]),
      )
      .then('TASK_KEY_INVALID')
    given(decider, [created, added([['T1', 'a']])])
      .when(add([['T2', 'a']]))
      .then('TASK_KEY_INVALID')
  })

  test('are added once under one key, and other tasks under this key are refused', () => {
    const asked = { idempotencyKey: 'k', requestHash: 'h' }
    const past = [created, added([['T1', 'a']], asked), committed]
    given(decider, past)
      .when(add([['T1', 'a']], asked))
      .then([])
    given(decider, past)
      .when(add([['T1', 'b']], { ...asked, requestHash: 'other' }))
      .then('IDEMPOTENCY_KEY_REUSED')
  })

  test('are refused beyond 1 000 in a call and 100 000 in a queue', () => {
    const some = (from: number, count: number) => Array.from({ length: count }, (_, index) => [`T${from + index}`, null] as const)
    given(decider, [created])
      .when(add(some(0, 1_001)))
      .then('QUEUE_FULL')
    const full = Array.from({ length: 100 }, (_, index) => added(some(index * 1_000, 1_000)))
    given(decider, [created, ...full])
      .when(add(some(100_000, 1)))
      .then('QUEUE_FULL')
  })
})

describe('a queue', () => {
  test('is made once under one key', () => {
    const past: QueueEvent = { type: 'QueueCreated', data: { name: 'n', app: 'a', idempotencyKey: 'k', requestHash: 'h' } }
    given(decider, [past])
      .when({ ...create, idempotencyKey: 'k', requestHash: 'h' })
      .then([])
    given(decider, [past])
      .when({ ...create, idempotencyKey: 'k', requestHash: 'other' })
      .then('IDEMPOTENCY_KEY_REUSED')
  })

  test('takes nothing any more once it was committed, stopped or has ended', () => {
    for (const command of [add([['T1', null]]), commit]) {
      given(decider, []).when(command).then('QUEUE_UNKNOWN')
      given(decider, [created, committed]).when(command).then('QUEUE_NOT_OPEN')
      given(decider, [created, stopped]).when(command).then('QUEUE_NOT_OPEN')
      given(decider, [created, committed, ended]).when(command).then('QUEUE_ENDED')
    }
    given(decider, [created, committed])
      .when({ ...commit, idempotencyKey: 'c' })
      .then([])
  })

  test('is stopped once, and once more where what runs is to be cancelled', () => {
    given(decider, [created]).when(stop).then([stopped])
    given(decider, [created, stopped]).when(stop).then([])
    given(decider, [created, stopped])
      .when({ ...stop, cancelRunning: true })
      .then([{ type: 'QueueStopRequested', data: { cancelRunning: true, reason: null, idempotencyKey: null } }])
    given(decider, [created, stopped, ended]).when(stop).then('QUEUE_ENDED')
    given(decider, []).when(stop).then('QUEUE_UNKNOWN')
  })

  test('ends once, as STOPPED if somebody stopped it meanwhile', () => {
    const end = { type: 'EndQueue', outcome: 'SUCCEEDED' } as const
    given(decider, [created]).when(end).then([])
    given(decider, [created, committed]).when(end).then([ended])
    given(decider, [created, committed, stopped])
      .when(end)
      .then([{ type: 'QueueEnded', data: { outcome: 'STOPPED' } }])
    given(decider, [created, committed, ended]).when(end).then([])
  })
})

const name = fc.integer({ min: 0, max: 12 })
const task = fc.record({ id: name, key: fc.option(name), dependsOn: fc.array(name, { maxLength: 3 }) })
const command: fc.Arbitrary<QueueCommand> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(task, { maxLength: 4 })
      .map((tasks) => add(tasks.map(({ id, key, dependsOn }) => [`T${id}`, key === null ? null : `k${key}`, ...dependsOn.map((on) => `k${on}`)]))),
  },
  fc.constant<QueueCommand>(commit),
  fc.boolean().map((cancelRunning): QueueCommand => ({ ...stop, cancelRunning })),
  fc.constant<QueueCommand>({ type: 'EndQueue', outcome: 'FAILED' }),
)

test('whatever is asked: parents are tasks of the queue, nothing depends on itself, and nothing comes after the end', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let state = decider.decide(create, decider.initialState) as readonly QueueEvent[]
      const events = [...state]
      let current = events.reduce(decider.evolve, decider.initialState)
      for (const one of commands) {
        const decision = decider.decide(one, current)
        if (isRejection(decision)) continue
        state = decision
        events.push(...state)
        current = state.reduce(decider.evolve, current)
      }
      const types = events.map(({ type }) => type)
      expect(types.filter((type) => type === 'QueueCommitted').length).toBeLessThanOrEqual(1)
      if (types.includes('QueueEnded')) expect(types.indexOf('QueueEnded')).toBe(types.length - 1)
      const before = new Set<string>()
      for (const event of events) {
        if (event.type !== 'QueueTasksAdded') continue
        const own = new Map(event.data.tasks.map(({ taskId, parents }) => [taskId, parents]))
        // Each task of the call is reached from tasks without open parents: there is no circle.
        for (let found = true; found; ) {
          found = false
          for (const [taskId, parents] of own) {
            if (!parents.every((parent) => before.has(parent))) continue
            before.add(taskId)
            own.delete(taskId)
            found = true
          }
        }
        expect([...own.keys()]).toEqual([])
      }
    }),
  )
})

test('a lookup finds what was added, each time, and leaves what was there before as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(500), { maxLength: 20 }), { maxLength: 40 }), (batches) => {
      const model = new Map<string, number>()
      let lookup: { get(key: string): number | undefined; with(more: ReadonlyMap<string, number>): typeof lookup; readonly size: number } =
        emptyLookup as never
      for (const [index, batch] of batches.entries()) {
        const fresh = new Map(batch.filter((key) => !model.has(String(key))).map((key) => [String(key), index]))
        const before = lookup
        const sizeBefore = before.size
        lookup = before.with(fresh)
        expect(before.size).toBe(sizeBefore)
        for (const [key, value] of fresh) model.set(key, value)
        expect(lookup.size).toBe(model.size)
        for (const [key, value] of model) expect(lookup.get(key)).toBe(value)
      }
    }),
  )
})
