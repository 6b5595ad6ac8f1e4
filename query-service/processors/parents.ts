import type { Refusal } from '@elves/core/command-api/command.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { ProcessorView } from '@elves/core/read-models/processors/processor-view.ts'
import type { ProcessingView } from '@elves/core/read-models/tasks/task-view.ts'

export type ProcessingParent = ProcessingView
export type ProcessorParent = ProcessorView

/** `id` is null where the move was refused. */
export interface MoveProcessorPayloadParent {
  readonly id: string | null
  readonly position: Position | null
  readonly refusal: Refusal | null
}
