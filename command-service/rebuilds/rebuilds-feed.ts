import { rebuildAggregate } from '@elves/core/domain/rebuild/rebuild.ts'
import type pg from 'pg'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** How the log changes the table of rebuilds. It is fed together with the open attempts: one reader of the log serves all. */
export function rebuildsFeed(schema: string): FedBeside {
  return {
    wants: (event) => rebuildAggregate.isEvent(event),
    async apply(client, events) {
      for (const recorded of events) {
        if (!rebuildAggregate.isEvent(recorded)) continue
        const { event, stream, version, recordedAt, context } = recorded
        const id = rebuildAggregate.idOf(stream) ?? ''
        if (event.type === 'ReadModelsRebuildRequested') {
          const { readModels, reason } = event.data
          await client.query(
            `insert into ${schema}.rebuilds (id, state, version, read_models, reason, requested_at, requested_by)
              values ($1, 'REQUESTED', $2, $3, $4, $5, $6) on conflict do nothing`,
            [id, version, readModels, reason, recordedAt, JSON.stringify(context.actor)],
          )
          continue
        }
        const done = event.type === 'ReadModelsRebuilt' ? event.data : null
        const failed = event.type === 'ReadModelsRebuildFailed' ? event.data : null
        await end(client, schema, [id, version, done ? 'DONE' : 'FAILED', recordedAt, done?.upTo, failed?.code, failed?.message])
      }
    },
  }
}

async function end(client: pg.ClientBase, schema: string, values: readonly unknown[]): Promise<void> {
  const set = 'version = $2, state = $3, ended_at = $4, up_to = $5, code = $6, message = $7'
  await client.query(`update ${schema}.rebuilds set ${set} where id = $1 and version < $2`, [...values])
}
