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
