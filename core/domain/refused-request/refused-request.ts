import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

/** Events of stream `refused-request-<reason>-<day>`. */
export type RefusedRequestEvent = EventOf<'refused-request'>

/** Why a request is refused at the door; the schema of the event says what each means. */
export const refusedReasons = [
  'FOREIGN_ORIGIN',
  'COOKIE_ALONE',
  'TOKEN_ENDED',
  'TOKEN_UNKNOWN',
  'KEY_UNKNOWN',
  'SIGNATURE_WRONG',
  'SIGNATURE_OLD',
  'OVER_LIMITS',
] as const
export type RefusedReason = (typeof refusedReasons)[number]

export interface TellRefusedRequest {
  readonly type: 'TellRefusedRequest'
  readonly told: RefusedRequestEvent['data']
}

const initialState: Record<string, never> = {}

/** Requests that the doors refused. There is nothing to decide: each is a fact. */
export const refusedRequestAggregate = aggregate({
  name: 'refused-request',
  prefix: 'refused-request-',
  decider: {
    initialState,
    decide: ({ told }: TellRefusedRequest): Decision<RefusedRequestEvent> => [{ type: 'RequestRefused', data: told }],
    evolve: (state, _event: RefusedRequestEvent) => state,
  },
})

/** One stream a reason and day. */
export function refusedRequestStream(reason: RefusedReason, at: number): string {
  return refusedRequestAggregate.streamOf(`${reason}-${new Date(at).toISOString().slice(0, 10)}`)
}
