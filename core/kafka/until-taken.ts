import type { Logger } from '../foundation/log.ts'
import { brokerPauses } from './broker-pauses.ts'
import type { IncomingRecord } from './incoming-record.ts'

export interface TakeOptions {
  readonly handle: (partition: number, records: readonly IncomingRecord[]) => Promise<void> | void
  /** Ends the tries. */
  readonly signal: AbortSignal
  /** Returns false if another member reads the partition now. */
  readonly isStillOurs?: () => boolean
  readonly logger: Logger
}

/** Passes the records to `handle` again and again until it resolves; returns false if the tries ended before that. */
export async function untilTaken(partition: number, records: readonly IncomingRecord[], options: TakeOptions): Promise<boolean> {
  const { handle, signal, isStillOurs = () => true, logger } = options
  for (const pauses = brokerPauses(signal); isStillOurs() && !signal.aborted; await pauses.pause()) {
    try {
      await handle(partition, records)
      return true
    } catch (error) {
      logger.error({ err: error, partition, offset: String(records[0]?.offset) }, 'records could not be handled; they come again')
    }
  }
  return false
}
