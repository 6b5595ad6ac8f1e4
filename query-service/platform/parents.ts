import type { Position } from '@elves/core/eventing/position.ts'
import type { DeadLetterView } from '@elves/core/read-models/event-log/dead-letters.ts'
import type { RebuildView } from '@elves/core/read-models/event-log/rebuilds.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'

export type DeadLetterParent = DeadLetterView
export type DeadLetterConnectionParent = Page<DeadLetterView>

export type RebuildParent = RebuildView
export type RebuildConnectionParent = Page<RebuildView>

export interface PlatformParent {
  /** Asks the write side once, when the first field needs it. */
  readonly headPosition: () => Promise<Position>
  readonly readPosition: Position
  readonly projectors: readonly ProjectorStatus[]
}
