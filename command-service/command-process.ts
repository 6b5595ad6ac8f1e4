import { dirname } from 'node:path'
import { appPackagesFolder } from '@elves/core/app-package/app-packages-folder.ts'
import { componentSwitches, componentsHere } from '@elves/core/foundation/components.ts'
import { onStack, type Stack } from '@elves/core/foundation/lifecycle.ts'
import { listen } from '@elves/core/http/listen.ts'
import { openTracing } from '@elves/core/tracing/tracing.ts'
import { beats } from '@elves/core/watching/beats.ts'
import { openAgentDoors } from './agent-doors.ts'
import { commandService } from './command-service.ts'
import { commandRoutes } from './http.ts'
import { gatewayPath } from './link/gateway-path.ts'
import { ground, needed, type ServiceProcess, type ServiceProcessOptions, server } from './service-process.ts'

/** The url is that of the internal HTTP; without Kafka the gateway is at `/gateway` of the same port. */
export type CommandProcess = ServiceProcess

/** The largest call carries 1 000 tasks of 64 KiB, as JSON text in JSON. */
const bodyLimitBytes = 160 * 1024 * 1024

/** command-service as a process of its own: internal HTTP, health and metrics on one port, and the gateway where there is no Kafka. */
export function commandProcess(options: ServiceProcessOptions): Promise<CommandProcess> {
  return onStack(options.logger, (stack) => composed(options, stack))
}

async function composed(options: ServiceProcessOptions, stack: Stack): Promise<CommandProcess> {
  const { settings, logger } = options
  const serviceSecret = needed(settings, 'ELVES_SERVICE_SECRET')
  const base = await ground(options, stack)
  // Through the tail, waiting clients hear of reports that came in elsewhere. The store's own subscription is the fastest way for that.
  const tracing = await openTracing({ settings, service: 'command-service', instance: base.instanceId, logger }, stack)
  const service = await commandService({ ...base, tracing, feed: base.store, logger, components: componentSwitches(settings) })
  const made = server(
    {
      settings,
      logger,
      registry: base.registry,
      name: 'command-service',
      bodyLimitBytes,
      webSocketPaths: base.kafka ? [] : [gatewayPath],
      isReady: service.isReady,
    },
    stack,
  )
  stack.use('command-service', service)
  commandRoutes({ server: made, tasks: service.tasks, handlers: service.handlers, people: service.people, serviceSecret })
  if (!base.kafka) {
    await openAgentDoors(made, service, { settings, logger }, stack)
  }
  const url = await listen(made, { host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_COMMAND_PORT, setting: 'ELVES_COMMAND_PORT' })
  stack.use(
    'beats',
    beats({
      connectionString: settings.ELVES_DATABASE_URL,
      kinds: base.kafka ? ['command-service'] : ['command-service', 'gateway'],
      instance: base.instanceId,
      registry: base.registry,
      logger,
      isReady: service.isReady,
      // What the key is beside is the data folder, where this is one.
      folders: [appPackagesFolder(settings), ...(settings.ELVES_AUDIT_KEY_FILE === '' ? [] : [dirname(settings.ELVES_AUDIT_KEY_FILE)])],
      certificates: [settings.ELVES_GATEWAY_TLS_CERT_FILE].filter((file) => file !== ''),
    }),
  )
  logger.info({ url, instance: base.instanceId, components: componentsHere('command-service', settings) }, 'command-service listens')
  return { url, stop: () => stack.stop() }
}
