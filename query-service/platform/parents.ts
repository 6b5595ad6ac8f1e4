import type { Position } from '@elves/core/eventing/position.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'

export interface PlatformParent {
  /** Asked of the write side, once, by the first field that needs it. */
  readonly headPosition: () => Promise<Position>
  readonly readPosition: Position
  readonly projectors: readonly ProjectorStatus[]
}
