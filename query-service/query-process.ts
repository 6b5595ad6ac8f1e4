import { ElvesError } from '@elves/core/foundation/errors.ts'
import { onStack, type Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { listen } from '@elves/core/http/listen.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { commandClient } from './command-client/command-client.ts'
import { graphqlPath } from './graphql/http-door.ts'
import { queryService } from './query-service.ts'
import type { ReadPosition } from './read-side/read-position.ts'
import { logOfProcess } from './subscriptions/log-of-process.ts'

export interface QueryProcessOptions {
  readonly settings: Settings
  readonly logger: Logger
}

/** Runs query-service as its own process: GraphQL, REST v2, health and metrics on one port. */
export async function queryProcess({ settings, logger: parent }: QueryProcessOptions): Promise<Running> {
  const urls = commandUrls(settings.ELVES_COMMAND_URL)
  const named = settings.ELVES_INSTANCE === '' ? {} : { instance: settings.ELVES_INSTANCE }
  const logger = parent.child(named)
  return onStack(logger, async (stack) => {
    const readModels = await postgresReadModels({ connectionString: settings.ELVES_DATABASE_URL, logger })
    stack.defer('read models', () => readModels.close())
    const registry = serviceRegistry()
    const server = serviceServer({
      logger,
      registry,
      allowedHosts: hostList(settings.ELVES_ALLOWED_HOSTS),
      webSocketPaths: [graphqlPath],
      readiness: async () => {
        await readModels.position()
      },
    })
    stack.defer('server', () => server.close())
    const openLog = (readPosition: ReadPosition) => logOfProcess({ settings, readModels, logger }, readPosition)
    const commandApi = commandClient({ urls, serviceSecret: settings.ELVES_SERVICE_SECRET, logger, registry })
    stack.use('doors', await queryService({ server, commandApi, readModels, openLog, settings, logger, registry }))
    const url = await listen(server, { host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_HTTP_PORT, setting: 'ELVES_HTTP_PORT' })
    logger.info({ url }, 'query-service is listening')
    return stack
  })
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
