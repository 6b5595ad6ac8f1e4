import type { ConsistencyProof, InclusionProof } from '@elves/core/audit/proofs.ts'
import type { KeptHead } from '@elves/core/audit/tree-tables.ts'

export interface LogParent {
  readonly logId: string
  readonly size: number
  readonly rootHash: string
  readonly signedHead: SignedHeadParent
}
export type SignedHeadParent = KeptHead
export type InclusionProofParent = InclusionProof
export type ConsistencyProofParent = ConsistencyProof
