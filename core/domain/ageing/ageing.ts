import type { AgedOutput } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

/** Events of the streams `ageing-values` and `ageing-output-<day>`. */
export type AgeingEvent = EventOf<'ageing'>

/** Has large values go: of every task that has ended, or of these ones, which were open when their turn came. */
export interface AgeOutValues {
  readonly type: 'AgeOutValues'
  readonly rule: string
  /** Sequence of the last event that is meant. */
  readonly through: number
  readonly tasks: readonly string[]
}

/** Has what some runs of a day printed go. */
export interface AgeOutOutput {
  readonly type: 'AgeOutOutput'
  readonly rule: string
  readonly day: number
  readonly runs: readonly AgedOutput[]
}

export interface AgeingState {
  /** Values of ended tasks are aged out up to here, or will be. */
  readonly through: number
  readonly runs: number
}

function decide(command: AgeOutValues | AgeOutOutput, state: AgeingState): Decision<AgeingEvent> {
  if (command.type === 'AgeOutOutput') {
    const { rule, day, runs } = command
    return runs.length === 0 ? [] : [{ type: 'OutputAgedOut', data: { rule, day, runs: [...runs] } }]
  }
  const { rule, through, tasks } = command
  const isTold = tasks.length === 0 && through <= state.through
  return isTold ? [] : [{ type: 'ValuesAgedOut', data: { rule, through, tasks: [...tasks] } }]
}

function evolve(state: AgeingState, event: AgeingEvent): AgeingState {
  if (event.type === 'OutputAgedOut') return { ...state, runs: state.runs + event.data.runs.length }
  return event.data.tasks.length > 0 ? state : { ...state, through: event.data.through }
}

/** What goes by a rule. It is told before it goes, so what is gone is told; a crash between the two is made up for. */
export const ageingAggregate = aggregate({
  name: 'ageing',
  prefix: 'ageing-',
  decider: { initialState: { through: 0, runs: 0 }, decide, evolve },
})

export const valuesAgeingStream: string = ageingAggregate.streamOf('values')

export function outputAgeingStream(day: number): string {
  return ageingAggregate.streamOf(`output-${day}`)
}
