import type { Registry } from 'prom-client'
import type { Logger } from '../foundation/log.ts'
import type { Settings } from '../foundation/settings.ts'
import type { EventStore } from './event-store.ts'
import { postgresEventStore } from './postgres/postgres-event-store.ts'

export interface OpenEventStore {
  /** If the platform runs its own database, its address is in ELVES_DATABASE_URL of these settings. */
  readonly settings: Pick<Settings, 'ELVES_DATABASE_URL' | 'ELVES_EVENTSTOREDB_URL'>
  readonly logger: Logger
  /** Metrics of the process. */
  readonly registry?: Registry
  /** True if other processes follow the log live; default true. */
  readonly isFollowedElsewhere?: boolean
}

/**
 * Opens the event store that the settings choose: an EventStoreDB if one is given, otherwise Postgres, whose schema must
 * have been migrated.
 */
export async function openEventStore({ settings, logger, registry, isFollowedElsewhere = true }: OpenEventStore): Promise<EventStore> {
  const { ELVES_DATABASE_URL: databaseUrl, ELVES_EVENTSTOREDB_URL: eventStoreDbUrl } = settings
  if (eventStoreDbUrl === '') return postgresEventStore({ connectionString: databaseUrl, logger, isFollowedElsewhere, ...(registry && { registry }) })
  // Loaded only with EventStoreDB, because its client takes time and memory to load.
  const { eventStoreDbEventStore } = await import('./eventstoredb/eventstoredb-event-store.ts')
  return eventStoreDbEventStore({ connectionString: eventStoreDbUrl, logger, ...(registry && { registry }) })
}
