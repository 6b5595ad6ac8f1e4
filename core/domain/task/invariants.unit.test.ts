import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRejection } from '../decision.ts'
import type { TaskCommand } from './commands.ts'
import { decideTask, taskDecider } from './decide.ts'
import { type TaskEvent, taskEnds } from './events.ts'
import { evolveTask, hasEnded, initialTaskState, type TaskState } from './state.ts'
import { agentId, otherAgentId, recordEnded, runTask } from './testing.ts'

const outcome = fc.constantFrom('UNKNOWN', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED')
const from = {
  agentId: fc.oneof({ weight: 5, arbitrary: fc.constant(agentId) }, { weight: 1, arbitrary: fc.constant(otherAgentId) }),
  attempt: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(3) }),
}
const command: fc.Arbitrary<TaskCommand> = fc.oneof(
  fc.constantFrom('hash', 'other', null).map((requestHash): TaskCommand => ({ ...runTask, requestHash })),
  fc.constant<TaskCommand>({ type: 'CancelTask', reason: null, now: 1 }),
  fc.record(from).map((report): TaskCommand => ({ type: 'RecordAcknowledged', happenedAt: 1, ...report })),
  fc.record(from).map((report): TaskCommand => ({ type: 'RecordStarted', happenedAt: 1, ...report })),
  fc.record({ ...from, outcome }).map(({ outcome: said, ...report }): TaskCommand => recordEnded(said, report)),
  fc.record({ attempt: from.attempt }).map(({ attempt }): TaskCommand => ({ type: 'LoseTask', attempt, why: 'deadline' })),
)
/** Each sequence starts with a request, because most others prove nothing. */
const commands = fc.array(command, { maxLength: 20 }).map((rest): TaskCommand[] => [runTask, ...rest])

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
        for (const type of ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskCancelRequested'] as const) {
          expect(after).not.toContain(type)
        }
      }),
    )
  })

  it('requests, acknowledges and starts an attempt at most once, in that order', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const { events } = play(sequence)
        const order = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted'] as const
        const indexes = order.map((type) => events.flatMap((event, index) => (event.type === type ? [index] : [])))
        for (const found of indexes) expect(found.length).toBeLessThanOrEqual(1)
        const present = indexes.flat()
        expect(present).toEqual(present.toSorted((one, other) => one - other))
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

  it('begins with the initial state of the decider', () => {
    expect(taskDecider.initialState).toBe(initialTaskState)
  })
})
