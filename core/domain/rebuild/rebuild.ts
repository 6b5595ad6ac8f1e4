import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `rebuild-<id>`. */
export type RebuildEvent = EventOf<'rebuild'>

export interface RequestRebuild {
  readonly type: 'RequestRebuild'
  readonly readModels: readonly string[]
  readonly reason: string | null
  readonly idempotencyKey: string | null
}

export interface RecordRebuilt {
  readonly type: 'RecordRebuilt'
  readonly upTo: string
  readonly durationMs: number
}

export interface RecordRebuildFailed {
  readonly type: 'RecordRebuildFailed'
  readonly code: string
  readonly message: string
}

export type RebuildCommand = RequestRebuild | RecordRebuilt | RecordRebuildFailed

interface RebuildState {
  readonly phase: 'NONE' | 'REQUESTED' | 'ENDED'
  readonly readModels: readonly string[]
}

function decide(command: RebuildCommand, state: RebuildState): Decision<RebuildEvent> {
  switch (command.type) {
    case 'RequestRebuild': {
      const { readModels, reason, idempotencyKey } = command
      if (state.phase !== 'NONE') {
        // Its id comes from the key of the request: the same request again is done already.
        if (state.readModels.join() === readModels.join()) return []
        return rejection('IDEMPOTENCY_KEY_REUSED', 'this key asked for other read models', 'idempotencyKey')
      }
      const refused = checkText('reason', reason) ?? checkReason(reason) ?? checkIdempotencyKey(idempotencyKey)
      return refused ?? [{ type: 'ReadModelsRebuildRequested', data: { readModels: [...readModels], reason, idempotencyKey } }]
    }
    case 'RecordRebuilt': {
      const { upTo, durationMs } = command
      return state.phase === 'REQUESTED' ? [{ type: 'ReadModelsRebuilt', data: { upTo, durationMs } }] : []
    }
    case 'RecordRebuildFailed': {
      const { code, message } = command
      return state.phase === 'REQUESTED' ? [{ type: 'ReadModelsRebuildFailed', data: { code, message } }] : []
    }
  }
}

function evolve(state: RebuildState, event: RebuildEvent): RebuildState {
  switch (event.type) {
    case 'ReadModelsRebuildRequested':
      return { phase: 'REQUESTED', readModels: event.data.readModels }
    case 'ReadModelsRebuilt':
    case 'ReadModelsRebuildFailed':
      return { ...state, phase: 'ENDED' }
  }
}

/** Read models that somebody has made anew from the log. */
export const rebuildAggregate = aggregate({
  name: 'rebuild',
  prefix: 'rebuild-',
  decider: { initialState: { phase: 'NONE', readModels: [] }, decide, evolve },
})
