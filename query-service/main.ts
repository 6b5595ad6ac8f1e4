import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { commandClient } from './command-client/command-client.ts'
import { queryService } from './query-service.ts'

const help = `query-service: the public edge of Elves (GraphQL at /graphql, REST v2 at /api/v2), as a process of its own.

It reads ELVES_DATABASE_URL (the read models), ELVES_COMMAND_URL (command-service; several instances, comma-separated,
are used in turn) and ELVES_SERVICE_SECRET, and serves ELVES_LISTEN_HOST:ELVES_HTTP_PORT. Further: ELVES_AUTH_ID,
ELVES_AUTH_KEY, ELVES_ALLOWED_HOSTS, ELVES_GRAPHIQL, ELVES_INTROSPECTION, ELVES_QUERY_MAX_*, ELVES_SUBSCRIBER_BUFFER,
ELVES_INSTANCE, ELVES_LOG_LEVEL; docs/reference/settings.md has them all.

It is ready while it can read: what needs command-service is refused as long as no instance answers, and the metric
elves_command_instances shows it.
`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    return
  }
  const settings = readSettings(process.env)
  for (const name of ['ELVES_DATABASE_URL', 'ELVES_COMMAND_URL', 'ELVES_SERVICE_SECRET'] as const) {
    if (settings[name] === '') throw new ElvesError('CONFIG_INVALID', `${name} must be set`, { facts: { name } })
  }
  const urls = commandUrls(settings.ELVES_COMMAND_URL)
  const named = settings.ELVES_INSTANCE === '' ? {} : { instance: settings.ELVES_INSTANCE }
  const logger = jsonLogger('query-service', settings.ELVES_LOG_LEVEL).child(named)
  const stack = new Stack(logger)
  const readModels = await postgresReadModels({ connectionString: settings.ELVES_DATABASE_URL, logger })
  stack.defer('read models', () => readModels.close())
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const server = serviceServer({
    logger,
    registry,
    allowedHosts: hostList(settings.ELVES_ALLOWED_HOSTS),
    readiness: async () => {
      await readModels.position()
    },
  })
  stack.defer('server', () => server.close())
  const commandApi = commandClient({ urls, serviceSecret: settings.ELVES_SERVICE_SECRET, logger, registry })
  stack.use('doors', await queryService({ server, commandApi, readModels, settings, logger, registry }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stack.stop().then(() => process.exit(0)))
  const url = await server.listen({ host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_HTTP_PORT })
  logger.info({ url }, 'query-service is listening')
}

function commandUrls(list: string): string[] {
  const urls = list
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '')
  const wrong = urls.find((url) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  if (wrong !== undefined) throw new ElvesError('CONFIG_INVALID', `ELVES_COMMAND_URL=${wrong}: expected http://host:port, several comma-separated`)
  return urls
}

main().catch((thrown: unknown) => {
  const { code, message } = asElvesError(thrown)
  process.stderr.write(`query-service does not start: [${code}] ${message}\n`)
  process.exit(1)
})
