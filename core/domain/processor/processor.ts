import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { taskLimits } from '../task/limits.ts'
import { checkIdempotencyKey } from '../task/request.ts'

export type ProcessorEvent = EventOf<'processor'>

export interface ProcessorState {
  /** Its point in the log: the sequence of the last event that it has dealt with; 0: nothing yet. */
  readonly sequence: number
  /** Keys of the last moves that had one. */
  readonly keys: readonly string[]
}

/** Moves a processor to a point in the log: forwards, what is before it is dealt with; backwards, what is after it comes again. */
export interface MoveProcessor {
  readonly type: 'MoveProcessor'
  readonly app: string
  readonly name: string
  /** The sequence of the position; null if the position is of another log. */
  readonly sequence: number | null
  /** The sequence of the last event in the log. */
  readonly head: number
  readonly idempotencyKey: string | null
}

const nameLength = 128
const keysKept = 100

function decide(command: MoveProcessor, state: ProcessorState): Decision<ProcessorEvent> {
  const { app, name, sequence, head, idempotencyKey } = command
  const invalid = checkProcessor(app, name) ?? checkIdempotencyKey(idempotencyKey)
  if (invalid) return invalid
  // The same request came again, perhaps after others: it must not take back what they did. Known are the keys of the last moves; one
  // that changed nothing left none.
  if (idempotencyKey !== null && state.keys.includes(idempotencyKey)) return []
  if (sequence === null) return rejection('PROCESSOR_POSITION_UNKNOWN', 'the position is of another log', 'position')
  if (sequence > head) return rejection('PROCESSOR_POSITION_BEYOND_HEAD', 'the log has not got to this position yet', 'position')
  if (sequence === state.sequence) return []
  const data = { app, name, sequence, idempotencyKey }
  return [sequence > state.sequence ? { type: 'ProcessorAdvanced', data } : { type: 'ProcessorRewound', data }]
}

/** Returns why no processor can have this app and name, or null if one can. */
function checkProcessor(app: string, name: string): Rejection | null {
  if (app.length > taskLimits.appLength || !appNamePattern.test(app)) return rejection('APP_INVALID', 'no app has this name', 'app')
  if (name.length <= nameLength && appNamePattern.test(name)) return null
  const message = `name must have 1 to ${nameLength} characters: letters, digits, _ . and -, the first no . or -`
  return rejection('PROCESSOR_NAME_INVALID', message, 'name')
}

function evolve({ keys }: ProcessorState, { data: { sequence, idempotencyKey } }: ProcessorEvent): ProcessorState {
  return { sequence, keys: idempotencyKey === null ? keys : [...keys, idempotencyKey].slice(-keysKept) }
}

const bytesOfState = 200
const bytesOfKey = 40

/** A durable cursor over the results of an app's tasks in mode P. */
export const processorAggregate = aggregate({
  name: 'processor',
  prefix: 'processor-',
  decider: { initialState: { sequence: 0, keys: [] }, decide, evolve },
  stateBytes: ({ keys }) => keys.reduce((bytes, key) => bytes + bytesOfKey + key.length, bytesOfState),
})

/** Neither an app's name nor a processor's has a slash. */
export function processorId(app: string, name: string): string {
  return `${app}/${name}`
}
