import { expect } from 'vitest'
import type { RefusalCode } from '../../foundation/codes.ts'
import { type Decider, isRejection } from '../decision.ts'

interface When<Command, Event> {
  /** The test is about the last command; the commands before it must be accepted. */
  when(...commands: readonly Command[]): Then<Event>
}

interface Then<Event> {
  /** Expects exactly these events, or a rejection with this code. */
  then(expected: readonly Event[] | RefusalCode): void
}

/** Tests a decider with past events, a command, and what it must decide: `given(decider, events).when(command).then(events)`. */
export function given<State, Command, Event>(decider: Decider<State, Command, Event>, past: readonly Event[]): When<Command, Event> {
  const evolve = (state: State, events: readonly Event[]) => events.reduce((before, event) => decider.evolve(before, event), state)
  return {
    when(...commands) {
      let state = evolve(decider.initialState, past)
      let decision: ReturnType<typeof decider.decide> = []
      for (const command of commands) {
        if (isRejection(decision)) throw new Error(`an earlier command was refused: ${decision.rejected}`)
        state = evolve(state, decision)
        decision = decider.decide(command, state)
      }
      return {
        // biome-ignore lint/suspicious/noThenProperty: given-when-then is how every decider is tested; nobody awaits it.
        then(expected) {
          if (typeof expected === 'string') expect(decision).toMatchObject({ rejected: expected })
          else expect(decision).toEqual(expected)
        },
      }
    },
  }
}
