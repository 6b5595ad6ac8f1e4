import { asBuffer } from '@elves/schemas/codec/codec.ts'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { ElvesError } from '../../foundation/errors.ts'

/** A record as the server returns it, of the platform or not. */
export interface StoredRecord {
  readonly id: string
  /** Name of the stream on the server, with its prefix. */
  readonly stream: string
  readonly version: number
  /** Commit position: unique for each record, in the order of the log. */
  readonly position: number
  readonly type: string
  readonly isJson: boolean
  /** ms since the epoch, on the clock of the node that was the leader. */
  readonly createdAt: number
  readonly data: Buffer
  readonly metadata: Buffer
}

const ticksPerMs = 10_000n

/**
 * Returns the record of an answer; null if it has none: a confirmation, a checkpoint, "no such stream". Throws
 * CONFIG_INVALID for a record without a position.
 */
export function storedRecord(response: ReadResp): StoredRecord | null {
  const record = response.getEvent()?.getEvent()
  if (!record) return null
  const position = Number(record.getCommitPosition())
  if (!Number.isSafeInteger(position)) throw positionless()
  const properties = record.getMetadataMap()
  return {
    id: record.getId()?.getString() ?? '',
    stream: Buffer.from(record.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    version: Number(record.getStreamRevision()),
    position,
    type: properties.get('type') ?? '',
    isJson: properties.get('content-type') === 'application/json',
    createdAt: Number(BigInt(properties.get('created') ?? 0) / ticksPerMs),
    data: asBuffer(record.getData_asU8()),
    metadata: asBuffer(record.getCustomMetadata_asU8()),
  }
}

/** Before 22.6, a server tells positions only in reads of `$all`; elsewhere it returns 2^64 - 1. */
function positionless(): ElvesError {
  return new ElvesError('CONFIG_INVALID', 'this EventStoreDB does not tell the positions of events; release 22.6 or later is needed')
}
