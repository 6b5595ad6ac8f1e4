import type { OutputSegment } from '@elves/core/read-models/tasks/output-segments.ts'
import type { OutputCut } from '@elves/schemas/generated/types.ts'

export interface OutputParent {
  readonly attempt: number
  readonly chunks: readonly OutputSegment[]
  readonly next: number
  readonly isEnded: boolean
  readonly bytes: number
  readonly cut: Exclude<OutputCut, 'UNKNOWN'> | 'EXPIRED' | null
  readonly altered: boolean
}

export type OutputChunkParent = OutputSegment
