import { type IncidentView, incidentOf, incidentTypes } from '@elves/core/read-models/event-log/incidents.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import { watching } from '@elves/core/read-models/watching.ts'
import type { EdgeFeature } from '../feature.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { flowsOf } from './flows.ts'

/** What the platform says of itself: its instances, what flows between them, leases, slow statements, incidents. */
export const watchingFeature = {
  readModels: [],
  resolvers: {
    Query: {
      components: (_root, _args, { services }) => services.readModels.of(watching).instances(),
      flows: async (_root, _args, { services }) => flowsOf(await services.readModels.of(watching).instances()),
      leases: (_root, _args, { services }) => services.readModels.of(watching).leases(),
      slowQueries: (_root, _args, { services }) => services.readModels.of(watching).slowQueries(),
      openIncidents: (_root, _args, { services }) => services.readModels.of(watching).openIncidents(),
      incidents: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['event-log'])
        const { list } = context.services.readModels.of(eventLogReadModel)
        const page = await context.page(info, pageRequest(args, 50), (request) => list({ types: incidentTypes }, 'NEWEST_FIRST', request))
        return { ...page, edges: page.edges.flatMap(({ cursor, node: recorded }) => entryOf(cursor, incidentOf(recorded))) }
      },
    },
    Incident: {
      at: ({ recorded }: IncidentView) => recorded.recordedAt,
      event: ({ recorded }: IncidentView) => recorded,
    },
    IncidentConnection: connectionResolvers,
  },
} satisfies EdgeFeature

function entryOf(cursor: string, node: IncidentView | null) {
  return node ? [{ cursor, node }] : []
}
