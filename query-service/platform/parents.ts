import type { Position } from '@elves/core/eventing/position.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'

export interface PlatformParent {
  /** Asks the write side once, when the first field needs it. */
  readonly headPosition: () => Promise<Position>
  readonly readPosition: Position
  readonly projectors: readonly ProjectorStatus[]
}
