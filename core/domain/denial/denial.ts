import { createHash } from 'node:crypto'
import type { Actor } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

/** Events of stream `denial-<kind>-<hash>`. */
export type DenialEvent = EventOf<'denial'>

export interface TellDenials {
  readonly type: 'TellDenials'
  readonly denials: readonly DenialEvent['data'][]
}

const initialState: Record<string, never> = {}

/** What somebody asked for and may not do. There is nothing to decide: each is a fact. */
export const denialAggregate = aggregate({
  name: 'denial',
  prefix: 'denial-',
  decider: {
    initialState,
    decide: ({ denials }: TellDenials): Decision<DenialEvent> => denials.map((data) => ({ type: 'AccessDenied', data })),
    evolve: (state, _event: DenialEvent) => state,
  },
})

/** One stream an actor and day. The id is hashed, because it may come from a stranger and be long. */
export function denialStream({ kind, id }: Actor, at: number): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 16)
  return denialAggregate.streamOf(`${kind}-${hash}-${new Date(at).toISOString().slice(0, 10)}`)
}
