import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import type { RecordCronRun, TaskCommand } from './commands.ts'
import { decideTask, taskDecider } from './decide.ts'
import { type TaskEvent, taskEnds } from './events.ts'
import { evolveTask, hasEnded, initialTaskState, type TaskState } from './state.ts'
import { agentId, otherAgentId, recordCronRun, recordEnded, requestTask } from './testing.ts'

const outcome = fc.constantFrom('UNKNOWN', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED')
const from = {
  agentId: fc.oneof({ weight: 5, arbitrary: fc.constant(agentId) }, { weight: 1, arbitrary: fc.constant(otherAgentId) }),
  attempt: fc.integer({ min: 0, max: 4 }),
}
const journalId = fc.constantFrom('j-1', 'j-1', null)
const terms = { now: 5, startAllowanceMs: 30_000, deadlineGraceMs: 15_000 }
const retry = fc.record({
  attempts: fc.integer({ min: 1, max: 4 }),
  delayMs: fc.nat(10),
  factor: fc.constantFrom(1, 2),
  maxDelayMs: fc.nat(100),
  on: fc.subarray(['FAILED', 'TIMED_OUT', 'REJECTED', 'LOST'] as const, { minLength: 1 }),
})
const cronRun = fc
  .record({
    agentId: from.agentId,
    cronId: fc.constantFrom('one', 'one', 'two'),
    journalId: fc.constantFrom('j-1', 'j-2'),
    func: fc.constantFrom('f', ' '),
  })
  .map((one): RecordCronRun => ({ ...recordCronRun, ...one }))
const skipped = { code: 'QUEUE_STOPPED', message: 'stopped' }
const command: fc.Arbitrary<TaskCommand> = fc.oneof(
  fc.constantFrom('hash', 'other', null).map((requestHash): TaskCommand => ({ ...requestTask, requestHash })),
  { weight: 1, arbitrary: fc.constant<TaskCommand>({ type: 'CancelTask', reason: null, now: 1 }) },
  { weight: 2, arbitrary: fc.record({ journalId }).map((one): TaskCommand => ({ type: 'ReleaseTask', ...terms, ...one })) },
  { weight: 4, arbitrary: fc.record({ journalId, attempt: from.attempt }).map((one): TaskCommand => ({ type: 'DispatchTask', ...terms, ...one })) },
  fc.option(from.attempt).map((attempt): TaskCommand => ({ type: 'SkipTask', failure: skipped, ...(attempt !== null && { attempt }) })),
  { weight: 2, arbitrary: cronRun },
  { weight: 2, arbitrary: fc.record(from).map((report): TaskCommand => ({ type: 'RecordAcknowledged', happenedAt: 1, ...report })) },
  { weight: 2, arbitrary: fc.record(from).map((report): TaskCommand => ({ type: 'RecordStarted', happenedAt: 1, ...report })) },
  {
    weight: 4,
    arbitrary: fc.record({ ...from, outcome, processing: fc.boolean() }).map(({ outcome: said, ...report }) => recordEnded(said, report)),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ ...from, state: fc.constantFrom('PENDING', 'DELIVERED', 'FAILED') })
      .map((report): TaskCommand => ({ type: 'RecordProcessing', happenedAt: 1, calls: 1, error: 'e', answer: 'a', ...report })),
  },
  { weight: 2, arbitrary: from.attempt.map((attempt): TaskCommand => ({ type: 'LoseTask', attempt, why: 'deadline', now: 1 })) },
)
const request = fc
  .record({ isHeld: fc.boolean(), journalId, startWithinMs: fc.constantFrom(0, 30_000), retry: fc.option(retry) })
  .map((one): TaskCommand => ({ ...requestTask, ...one }))
/** Each sequence starts with a request of any kind or with the run of a cron, because most others prove nothing. */
const commands = fc
  .record({ first: fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: cronRun }), rest: fc.array(command, { maxLength: 40 }) })
  .map(({ first, rest }): TaskCommand[] => [first, ...rest])

function play(sequence: readonly TaskCommand[]): { events: TaskEvent[]; states: TaskState[] } {
  const events: TaskEvent[] = []
  const states: TaskState[] = [initialTaskState]
  for (const one of sequence) {
    const state = states.at(-1) as TaskState
    const decision = decideTask(one, state)
    if (isRejection(decision)) continue
    for (const event of decision) {
      events.push(event)
      states.push(evolveTask(states.at(-1) as TaskState, event))
    }
  }
  return { events, states }
}

const ends: ReadonlySet<TaskEvent['type']> = new Set(taskEnds)

describe('any sequence of commands', () => {
  it('ends a task at most once, or is lost and then settled late', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events } = play(sequence)
        const [first, second, ...more] = events.filter(({ type }) => ends.has(type))
        expect(more).toEqual([])
        if (first && 'isLate' in first.data) expect(first.data.isLate).toBe(false)
        if (!second) return
        expect(first?.type).toBe('TaskLost')
        expect(second.type).not.toBe('TaskLost')
        expect(second.data).toMatchObject({ isLate: true })
      }),
    )
  })

  it('never dispatches, acknowledges, starts or cancels what has ended', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events } = play(sequence)
        const end = events.findIndex(({ type }) => ends.has(type))
        const after = end < 0 ? [] : events.slice(end + 1).map(({ type }) => type)
        for (const type of ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskCancelRequested', 'TaskWaiting'] as const) {
          expect(after).not.toContain(type)
        }
      }),
    )
  })

  it('acknowledges and starts each attempt at most once, in that order, after its dispatch and before its end', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events } = play(sequence)
        expect(events.filter(({ type }) => type === 'TaskRequested').length).toBeLessThanOrEqual(1)
        const order = ['TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskAttemptEnded'] as const
        const attempts = Map.groupBy(
          events.filter(({ type }) => order.some((one) => one === type)),
          ({ data }) => (data as { attempt: number }).attempt,
        )
        for (const ofAttempt of attempts.values()) {
          const present = ofAttempt.map(({ type }) => order.indexOf(type as (typeof order)[number]))
          expect(present).toEqual([...new Set(present)].toSorted((one, other) => one - other))
          expect(present[0]).toBe(0)
        }
      }),
    )
  })

  it('dispatches attempts one after the other, each only when the one before has ended and the task waits for it', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events, states } = play(sequence)
        let dispatched = 0
        for (const [index, event] of events.entries()) {
          if (event.type !== 'TaskDispatched') continue
          const before = states[index] as TaskState
          expect(event.data.attempt).toBe(++dispatched)
          expect(['REQUESTED', 'WAITING']).toContain(before.phase)
          if (before.phase === 'WAITING') expect(before.wait).toMatchObject({ attempt: dispatched })
          if (dispatched > 1) expect(before.wait?.reason).toBe('RETRY')
        }
      }),
    )
  })

  it('goes on after an attempt only as its retry says, and never after a request to cancel', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events, states } = play(sequence)
        for (const [index, event] of events.entries()) {
          if (event.type !== 'TaskAttemptEnded') continue
          const before = states[index] as TaskState
          expect(before.isCancelRequested).toBe(false)
          expect(before.retry?.on).toContain(event.data.outcome)
          expect(event.data.attempt).toBeLessThan(before.retry?.attempts ?? 0)
          expect(events[index + 1]).toMatchObject({ type: 'TaskWaiting', data: { reason: 'RETRY', attempt: event.data.attempt + 1 } })
        }
      }),
    )
  })

  it('has no deadline of a running attempt while it waits, and waits for nothing once it was dispatched or has ended', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        for (const { phase, wait } of play(sequence).states) {
          if (phase === 'WAITING') expect(wait).toBeDefined()
          else if (phase !== 'REQUESTED') expect(wait).toBeNull()
        }
      }),
    )
  })

  it('changes nothing by a report that is ignored', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events, states } = play(sequence)
        for (const [index, event] of events.entries()) {
          if (event.type === 'TaskReportIgnored') expect(states[index + 1]).toEqual(states[index])
        }
      }),
    )
  })

  it('is accepted or ignored the same way when every report comes twice: the end stays', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const once = play(sequence).states.at(-1)
        const isReport = ({ type }: TaskCommand) => type.startsWith('Record')
        const twice = play(sequence.flatMap((one) => (isReport(one) ? [one, one] : [one]))).states.at(-1)
        expect(twice).toEqual(once)
      }),
    )
  })

  it('keeps an ended state but for the one late settling', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const phases = play(sequence).states.map(({ phase }) => phase)
        for (const [index, phase] of phases.entries()) {
          const before = phases[index - 1]
          if (before && hasEnded(before) && before !== 'LOST') expect(phase).toBe(before)
          if (before === 'LOST') expect(hasEnded(phase)).toBe(true)
        }
      }),
    )
  })

  it('hands on at most one result of a task, after its end, with at most one outcome, and tells nothing after that', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const types = play(sequence).events.map(({ type }) => type)
        const told = types.filter((type) => type.startsWith('TaskProcess'))
        const [first, ...more] = told
        if (first === undefined) return
        expect(first).toBe('TaskProcessingStarted')
        expect(ends.has(types[types.indexOf(first) - 1] as TaskEvent['type'])).toBe(true)
        expect(more.slice(0, -1).every((type) => type === 'TaskProcessingDelayed')).toBe(true)
        expect(more.at(-1)).not.toBe('TaskProcessingStarted')
      }),
    )
  })

  it('begins a run of a cron on a new stream only: told again it changes nothing, and on any other task it is refused', () => {
    fc.assert(
      fc.property(commands, cronRun, (sequence, run) => {
        const [, ...begun] = play(sequence).states
        for (const state of begun) {
          const decision = decideTask(run, state)
          const isSame = state.agentId === run.agentId && state.cronId === run.cronId
          if (isSame) expect(decision).toEqual([])
          else expect(decision).toMatchObject({ rejected: 'TASK_UNKNOWN' })
        }
      }),
    )
  })

  it('never makes a second attempt of a run of a cron', () => {
    fc.assert(
      fc.property(cronRun, fc.array(command, { maxLength: 40 }), (run, rest) => {
        const { events } = play([{ ...run, func: 'f' }, ...rest])
        expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged'])
        for (const type of ['TaskWaiting', 'TaskAttemptEnded', 'TaskSkipped'] as const) expect(events.map((one) => one.type)).not.toContain(type)
        expect(events.filter(({ type }) => type === 'TaskDispatched').length).toBe(1)
      }),
    )
  })

  it('begins with the initial state of the decider', () => {
    expect(taskDecider.initialState).toBe(initialTaskState)
  })
})
