import type { RefusalCode } from '../foundation/codes.ts'

/** An expected refusal. It is not an incident: nothing is logged as an error for it. */
export interface Rejection {
  readonly rejected: RefusalCode
  readonly message: string
  /** The input field at fault, if there is one. */
  readonly field?: string
}

/** The outcome of a decision: events (an empty list: there is nothing to do) or a rejection. */
export type Decision<Event> = readonly Event[] | Rejection

export function rejection(code: RefusalCode, message: string, field?: string): Rejection {
  return field === undefined ? { rejected: code, message } : { rejected: code, message, field }
}

export function isRejection(decision: readonly unknown[] | Rejection): decision is Rejection {
  return !Array.isArray(decision)
}

/** The three parts of an aggregate. Both functions are pure: time and ids come in as data. */
export interface Decider<State, Command, Event> {
  readonly initialState: State
  decide(command: Command, state: State): Decision<Event>
  evolve(state: State, event: Event): State
}
