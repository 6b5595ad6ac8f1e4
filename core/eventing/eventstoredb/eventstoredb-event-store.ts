import { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import type { EventStore } from '../event-store.ts'

export interface EventStoreDbOptions {
  /** `esdb://…` or `esdb+discover://…`. */
  readonly connectionString: string
  readonly logger: Logger
}

/** The event store on an EventStoreDB. */
export async function eventStoreDbEventStore(_options: EventStoreDbOptions): Promise<EventStore> {
  throw new ElvesError('INTERNAL', 'not there yet')
}
