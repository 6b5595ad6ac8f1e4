import type { Registry } from 'prom-client'
import type { Logger } from '../foundation/log.ts'
import type { Settings } from '../foundation/settings.ts'
import type { EventStore } from './event-store.ts'
import { postgresEventStore } from './postgres/postgres-event-store.ts'

export interface OpenEventStore {
  /** Where the database is one of our own, its address stands in place of ELVES_DATABASE_URL. */
  readonly settings: Pick<Settings, 'ELVES_DATABASE_URL' | 'ELVES_EVENTSTOREDB_URL'>
  readonly logger: Logger
  /** Of the metrics of the process. */
  readonly registry?: Registry
  /** Whether other processes follow the log live; default true. */
  readonly isFollowedElsewhere?: boolean
}

/** The event store that the settings choose: an EventStoreDB where one is given, else Postgres (its schema must have been migrated). */
export async function openEventStore({ settings, logger, registry, isFollowedElsewhere = true }: OpenEventStore): Promise<EventStore> {
  const { ELVES_DATABASE_URL: databaseUrl, ELVES_EVENTSTOREDB_URL: eventStoreDbUrl } = settings
  if (eventStoreDbUrl === '') return postgresEventStore({ connectionString: databaseUrl, logger, isFollowedElsewhere, ...(registry && { registry }) })
  // Its client takes time and memory to load, which those on Postgres save.
  const { eventStoreDbEventStore } = await import('./eventstoredb/eventstoredb-event-store.ts')
  return eventStoreDbEventStore({ connectionString: eventStoreDbUrl, logger })
}
