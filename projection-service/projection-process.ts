import { hostname } from 'node:os'
import { openEventFeed } from '@elves/core/eventing/open-event-feed.ts'
import { openEventing } from '@elves/core/eventing/open-eventing.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { onStack, type Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { listen } from '@elves/core/http/listen.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { hearHurry } from '@elves/core/read-models/hurry.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { beats } from '@elves/core/watching/beats.ts'
import { type ProjectionService, projectionService } from './projection-service.ts'
import { rebuildsOnRequest } from './rebuilds-on-request.ts'
import { valueAgeing } from './value-ageing.ts'

export interface ProjectionProcessOptions {
  readonly settings: Settings
  readonly logger: Logger
}

/** projection-service as a process of its own: the projectors, health and metrics. */
export async function projectionProcess({ settings, logger }: ProjectionProcessOptions): Promise<Running> {
  return onStack(logger, async (stack) => {
    const registry = serviceRegistry()
    const { pool, store } = await openEventing({ settings, connections: 5, logger, registry }, stack)
    await migrateReadModels(pool, readSchema, (text) => logger.info(text))
    const clientId = settings.ELVES_INSTANCE === '' ? `projection-service-${hostname()}` : settings.ELVES_INSTANCE
    const feed = await openEventFeed({ settings, store, clientId, logger })
    stack.defer('event feed', () => feed.close())
    const service = stack.use('projectors', await projectionService({ store: feed, log: store, pool, logger, registry }))
    stack.use(
      'hurry',
      hearHurry(settings.ELVES_DATABASE_URL, readSchema, logger, (position) => {
        service.hurry(position)
        feed.hasten(position)
      }),
    )
    const connectionString = settings.ELVES_DATABASE_URL
    stack.use('rebuilds', rebuildsOnRequest({ store, pool, connectionString, owner: clientId, logger }))
    const ageing = valueAgeing({ store, pool, settings, owner: clientId, logger })
    if (ageing) stack.use('value ageing', ageing)
    const allowedHosts = hostList(settings.ELVES_ALLOWED_HOSTS)
    const server = serviceServer({ logger, registry, allowedHosts, readiness: () => readiness(service) })
    stack.defer('server', () => server.close())
    const url = await listen(server, { host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_PROJECTION_PORT, setting: 'ELVES_PROJECTION_PORT' })
    stack.use('beats', beats({ connectionString, kinds: ['projection-service'], instance: clientId, registry, logger, isReady: service.isReady }))
    logger.info({ url }, 'projection-service is listening')
    return stack
  })
}

async function readiness(service: ProjectionService): Promise<void> {
  const behind = service.status().find(({ state }) => state !== 'LIVE')
  if (behind) throw new ElvesError('READ_MODEL_BEHIND', `${behind.name} is ${behind.state}: ${behind.error ?? 'not at the end of the log yet'}`)
}
