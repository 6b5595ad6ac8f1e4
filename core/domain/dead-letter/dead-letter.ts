import type { ParkedEventFacts } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `dead-letter-<handler>-<position>`. */
export type DeadLetterEvent = EventOf<'dead-letter'>

export interface RequestRetry {
  readonly type: 'RequestRetry'
  readonly parked: ParkedEventFacts
  readonly idempotencyKey: string | null
}

export interface SetAside {
  readonly type: 'SetAside'
  readonly parked: ParkedEventFacts
  readonly reason: string | null
  readonly idempotencyKey: string | null
}

export interface RecordSettled {
  readonly type: 'RecordSettled'
  readonly handler: string
  readonly stream: string | null
  readonly done: string
}

export interface RecordRetryFailed {
  readonly type: 'RecordRetryFailed'
  readonly code: string
  readonly message: string
}

export type DeadLetterCommand = RequestRetry | SetAside | RecordSettled | RecordRetryFailed

interface DeadLetterState {
  /** TRYING: somebody asked for a try, of which nobody has said what came of it. */
  readonly phase: 'NONE' | 'TRYING' | 'PARKED' | 'SET_ASIDE' | 'SETTLED'
  /** The last ones of clients. */
  readonly keys: readonly string[]
}

const keysKept = 20

function decide(command: DeadLetterCommand, state: DeadLetterState): Decision<DeadLetterEvent> {
  switch (command.type) {
    case 'RequestRetry': {
      const { parked, idempotencyKey } = command
      if (idempotencyKey !== null && state.keys.includes(idempotencyKey)) return []
      return checkIdempotencyKey(idempotencyKey) ?? [{ type: 'DeadLetterRetryRequested', data: { parked, idempotencyKey } }]
    }
    case 'SetAside': {
      const { parked, reason, idempotencyKey } = command
      if (state.phase === 'SET_ASIDE' || (idempotencyKey !== null && state.keys.includes(idempotencyKey))) return []
      const refused = checkText('reason', reason) ?? checkReason(reason) ?? checkIdempotencyKey(idempotencyKey)
      return refused ?? [{ type: 'DeadLetterSetAside', data: { parked, reason, idempotencyKey } }]
    }
    case 'RecordSettled': {
      const { handler, stream, done } = command
      return state.phase === 'TRYING' ? [{ type: 'DeadLetterSettled', data: { handler, stream, done } }] : []
    }
    case 'RecordRetryFailed': {
      const { code, message } = command
      return state.phase === 'TRYING' ? [{ type: 'DeadLetterRetryFailed', data: { code, message } }] : []
    }
  }
}

function evolve(state: DeadLetterState, event: DeadLetterEvent): DeadLetterState {
  switch (event.type) {
    case 'DeadLetterRetryRequested':
      return { phase: 'TRYING', keys: withKey(state, event.data.idempotencyKey) }
    case 'DeadLetterSetAside':
      return { phase: 'SET_ASIDE', keys: withKey(state, event.data.idempotencyKey) }
    case 'DeadLetterSettled':
      return { ...state, phase: 'SETTLED' }
    case 'DeadLetterRetryFailed':
      return { ...state, phase: 'PARKED' }
  }
}

function withKey({ keys }: DeadLetterState, key: string | null): readonly string[] {
  return key === null ? keys : [...keys, key].slice(-keysKept)
}

export function unknownDeadLetter(): Rejection {
  return rejection('DEAD_LETTER_UNKNOWN', 'no dead letter has this id; it may have been settled', 'deadLetter')
}

/** What people do about an event that a handler has parked. */
export const deadLetterAggregate = aggregate({
  name: 'dead-letter',
  prefix: 'dead-letter-',
  decider: { initialState: { phase: 'NONE', keys: [] }, decide, evolve },
})

export function deadLetterStream({ handler, position }: Pick<ParkedEventFacts, 'handler' | 'position'>): string {
  return deadLetterAggregate.streamOf(`${handler}-${position}`)
}
