import type { RefusalCode } from '../foundation/codes.ts'

/** An expected no of a decision. Not an incident: nothing is logged as an error for it. */
export interface Rejection {
  readonly rejected: RefusalCode
  readonly message: string
  /** The input field at fault, where there is one. */
  readonly field?: string
}

/** What a decision says: events (none: there is nothing to do), or no. */
export type Decision<Event> = readonly Event[] | Rejection

export function rejection(code: RefusalCode, message: string, field?: string): Rejection {
  return field === undefined ? { rejected: code, message } : { rejected: code, message, field }
}

export function isRejection(decision: readonly unknown[] | Rejection): decision is Rejection {
  return !Array.isArray(decision)
}

/** An aggregate: pure, with time and ids as data. */
export interface Decider<State, Command, Event> {
  readonly initialState: State
  decide(command: Command, state: State): Decision<Event>
  evolve(state: State, event: Event): State
}
