import { type ExportRange, exportLog, treeWithHead } from '@elves/core/audit/export-log.ts'
import type { ExportRecord } from '@elves/core/audit/export-records.ts'
import { type ConsistencyProof, consistencyProof, type InclusionProof, inclusionProof } from '@elves/core/audit/proofs.ts'
import { type KeptHead, logTree } from '@elves/core/audit/tree-tables.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'

/** Opens the store that has the log, for reading. */
export type OpenStore = () => Promise<Pick<EventStore, 'readAll' | 'head' | 'readStream'>>

/** The log as an auditor asks for it. All of it throws LOG_TREE_MISSING where nobody keeps the tree. */
export interface AuditLog {
  log(): Promise<{ readonly logId: string; readonly size: number; readonly rootHash: string; readonly signedHead: KeptHead }>
  /** Throws EVENT_NOT_COVERED. */
  proof(event: string): Promise<InclusionProof>
  /** Throws SIZE_INVALID. */
  consistency(fromSize: number, toSize: number): Promise<ConsistencyProof>
  export(range: ExportRange): AsyncGenerator<readonly ExportRecord[]>
}

export function auditLog(readModels: ReadModels, openStore: OpenStore | undefined): AuditLog {
  let opened: ReturnType<OpenStore> | undefined
  const tables = () => readModels.of(logTree)
  async function store() {
    if (!openStore) throw new ElvesError('CONFIG_INVALID', 'this process does not read the event store')
    opened ??= openStore()
    // It may be there at the next request.
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return {
    async log() {
      const { state, head } = await treeWithHead(tables())
      return { logId: state.logId, size: head.size, rootHash: head.rootHash, signedHead: head }
    },
    proof: async (event) => inclusionProof(tables(), await store(), event),
    consistency: (fromSize, toSize) => consistencyProof(tables(), fromSize, toSize),
    async *export(range) {
      yield* exportLog(tables(), await store(), range)
    },
  }
}
