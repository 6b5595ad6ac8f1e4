import { hostname } from 'node:os'
import { openEventFeed } from '@elves/core/eventing/open-event-feed.ts'
import { openEventing } from '@elves/core/eventing/open-eventing.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { type ProjectionService, projectionService } from './projection-service.ts'

const help = `projection-service: keeps the read models up to date with the log, as a process of its own.

It reads ELVES_DATABASE_URL and serves /healthz, /readyz and /metrics on ELVES_LISTEN_HOST:ELVES_PROJECTION_PORT.
The log comes from the event store (ELVES_EVENTSTOREDB_URL, else that database), and over Kafka where ELVES_KAFKA_BROKERS
is set. Further: ELVES_INSTANCE, ELVES_KAFKA_*, ELVES_ALLOWED_HOSTS, ELVES_LOG_LEVEL; docs/reference/settings.md has them
all. Several may run at once.
\`npm run rebuild\` and \`npm run verify\` work beside it.
`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    return
  }
  const settings = readSettings(process.env)
  if (settings.ELVES_DATABASE_URL === '')
    throw new ElvesError('CONFIG_INVALID', 'ELVES_DATABASE_URL must be set', { facts: { name: 'ELVES_DATABASE_URL' } })
  const logger = jsonLogger('projection-service', settings.ELVES_LOG_LEVEL)
  const stack = new Stack(logger)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stack.stop().then(() => process.exit(0)))
  const { pool, store } = await openEventing({ settings, connections: 5, logger }, stack)
  await migrateReadModels(pool)
  const clientId = settings.ELVES_INSTANCE === '' ? `projection-service-${hostname()}` : settings.ELVES_INSTANCE
  const feed = await openEventFeed({ settings, store, clientId, logger })
  stack.defer('event feed', () => feed.close())
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const service = stack.use('projectors', await projectionService({ store: feed, pool, logger, registry }))
  const allowedHosts = hostList(settings.ELVES_ALLOWED_HOSTS)
  const server = serviceServer({ logger, registry, allowedHosts, readiness: () => readiness(service) })
  stack.defer('server', () => server.close())
  const url = await server.listen({ host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_PROJECTION_PORT })
  logger.info({ url }, 'projection-service is listening')
}

async function readiness(service: ProjectionService): Promise<void> {
  const behind = service.status().find(({ state }) => state !== 'LIVE')
  if (behind) throw new ElvesError('READ_MODEL_BEHIND', `${behind.name} is ${behind.state}: ${behind.error ?? 'not at the end of the log yet'}`)
}

main().catch((thrown: unknown) => {
  const { code, message } = asElvesError(thrown)
  process.stderr.write(`projection-service does not start: [${code}] ${message}\n`)
  process.exit(1)
})
