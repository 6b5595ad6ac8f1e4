import { randomUUID } from 'node:crypto'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { onStack, type Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { certificateFiles } from '@elves/core/http/certificate-files.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { listen } from '@elves/core/http/listen.ts'
import { listenAddress } from '@elves/core/http/listen-address.ts'
import { outerDoor } from '@elves/core/http/outer-door.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { traceRequests } from '@elves/core/tracing/traced-requests.ts'
import { openTracing } from '@elves/core/tracing/tracing.ts'
import { beats } from '@elves/core/watching/beats.ts'
import { commandClient } from './command-client/command-client.ts'
import { graphqlPath } from './graphql/http-door.ts'
import { queryService } from './query-service.ts'
import type { ReadPosition } from './read-side/read-position.ts'
import { tokenOfFile } from './sign-in/token-file.ts'
import { logOfProcess } from './subscriptions/log-of-process.ts'

export interface QueryProcessOptions {
  readonly settings: Settings
  readonly logger: Logger
}

/** Runs query-service as its own process: GraphQL, REST v2, health and metrics on one port. */
export async function queryProcess({ settings: given, logger: parent }: QueryProcessOptions): Promise<Running> {
  const settings = await withToken(given)
  const urls = commandUrls(settings.ELVES_COMMAND_URL)
  const named = settings.ELVES_INSTANCE === '' ? {} : { instance: settings.ELVES_INSTANCE }
  const logger = parent.child(named)
  return onStack(logger, async (stack) => {
    const instance = settings.ELVES_INSTANCE || `query-service-${randomUUID()}`
    const tracing = await openTracing({ settings, service: 'query-service', instance, logger }, stack)
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
    if (tracing) traceRequests(server, tracing)
    const openLog = (readPosition: ReadPosition) => logOfProcess({ settings, readModels, logger }, readPosition)
    const openStore = async () => {
      const store = await openEventStore({ settings, logger, isFollowedElsewhere: false })
      stack.defer('event store', () => store.close())
      return store
    }
    const commandApi = commandClient({ urls, serviceSecret: settings.ELVES_SERVICE_SECRET, logger, registry })
    stack.use('doors', await queryService({ server, commandApi, readModels, openLog, openStore, settings, logger, registry }))
    const url = await listen(server, { host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_HTTP_PORT, setting: 'ELVES_HTTP_PORT' })
    const outer = listenAddress(settings.ELVES_LISTEN)
    if (outer) {
      const certificate = certificateFiles(settings, 'ELVES_LISTEN_CERT_FILE', 'ELVES_LISTEN_KEY_FILE')
      stack.use('outer door', await outerDoor({ server, listen: outer, certificate, isShared: settings.ELVES_SHARED_PORTS }))
    }
    stack.use(
      'beats',
      beats({
        connectionString: settings.ELVES_DATABASE_URL,
        kinds: ['query-service'],
        instance,
        registry,
        logger,
        isReady: () =>
          readModels.position().then(
            () => true,
            () => false,
          ),
        certificates: [settings.ELVES_LISTEN_CERT_FILE].filter((file) => file !== ''),
      }),
    )
    logger.info({ url, outer }, 'query-service is listening')
    return stack
  })
}

/** The token of the local admin may be in a file, which is made where it is not there. */
async function withToken(settings: Settings): Promise<Settings> {
  if (settings.ELVES_TOKEN !== '' || settings.ELVES_TOKEN_FILE === '') return settings
  return { ...settings, ELVES_TOKEN: await tokenOfFile(settings.ELVES_TOKEN_FILE) }
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
