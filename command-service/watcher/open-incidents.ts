import { type IncidentKind, incidentAggregate } from '@elves/core/domain/incident/incident.ts'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** How the log changes the table of open incidents. It is fed together with the open attempts: one reader of the log serves all. */
export function openIncidentsFeed(schema: string): FedBeside {
  return {
    wants: (event) => incidentAggregate.isEvent(event),
    async apply(client, events) {
      for (const recorded of events) {
        if (!incidentAggregate.isEvent(recorded)) continue
        const { event, stream, recordedAt, position } = recorded
        const { kind, subject, message } = event.data
        if (event.type === 'IncidentEnded')
          await client.query(`delete from ${schema}.open_incidents where stream = $1 and position < $2`, [stream, position])
        else {
          const text = `insert into ${schema}.open_incidents as o (stream, kind, subject, message, since, position) values ($1, $2, $3, $4, $5, $6)
            on conflict (stream) do update set message = excluded.message, since = excluded.since, position = excluded.position where o.position < excluded.position`
          await client.query(text, [stream, kind, subject, message, recordedAt, position])
        }
      }
    },
  }
}

export interface OpenIncident {
  readonly kind: IncidentKind
  readonly subject: string
}

/** Those that are open, as far as the table is. */
export async function openIncidents(pool: pg.Pool, schema: string): Promise<readonly OpenIncident[]> {
  return (await orUnavailable(pool.query<OpenIncident>(`select kind, subject from ${schema}.open_incidents`))).rows
}
