import { kafkaEventStream } from '@elves/core/eventing/kafka/kafka-event-stream.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { onStack, type Stack } from '@elves/core/foundation/lifecycle.ts'
import { listen } from '@elves/core/http/listen.ts'
import { openTracing } from '@elves/core/tracing/tracing.ts'
import { beats } from '@elves/core/watching/beats.ts'
import { openAgentDoors } from './agent-doors.ts'
import { gatewayService } from './gateway-service.ts'
import { gatewayPath } from './link/gateway-path.ts'
import { ground, needed, type ServiceProcess, type ServiceProcessOptions, server } from './service-process.ts'

/** The url is that of health and metrics; agents connect to `/gateway` of the same port. */
export type GatewayProcess = ServiceProcess

/** The gateway as a process of its own; needs Kafka. It listens when it can serve agents, not before. */
export function gatewayProcess(options: ServiceProcessOptions): Promise<GatewayProcess> {
  return onStack(options.logger, (stack) => composed(options, stack))
}

async function composed(options: ServiceProcessOptions, stack: Stack): Promise<GatewayProcess> {
  const { settings, logger } = options
  needed(settings, 'ELVES_KAFKA_BROKERS')
  const { kafka, ...base } = await ground(options, stack)
  if (!kafka) throw new ElvesError('CONFIG_INVALID', 'ELVES_KAFKA_BROKERS names no broker', { facts: { name: 'ELVES_KAFKA_BROKERS' } })
  // No client waits for what the tail brings, so it reads from Kafka. That costs the store nothing, however many gateways there are.
  const feed = kafkaEventStream({ connection: kafka, store: base.store, logger })
  stack.defer('event stream', () => feed.close())
  const tracing = await openTracing({ settings, service: 'gateway', instance: base.instanceId, logger }, stack)
  const service = await gatewayService({ ...base, tracing, kafka, feed, logger })
  const made = server({ settings, logger, registry: base.registry, name: 'gateway', webSocketPaths: [gatewayPath], isReady: service.isReady }, stack)
  stack.use('gateway', service)
  await openAgentDoors(made, service, { settings, logger }, stack)
  const url = await listen(made, { host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_GATEWAY_PORT, setting: 'ELVES_GATEWAY_PORT' })
  stack.use(
    'beats',
    beats({
      connectionString: settings.ELVES_DATABASE_URL,
      kinds: ['gateway'],
      instance: base.instanceId,
      registry: base.registry,
      logger,
      isReady: service.isReady,
      certificates: [settings.ELVES_GATEWAY_TLS_CERT_FILE].filter((file) => file !== ''),
    }),
  )
  logger.info({ url, instance: base.instanceId }, 'the gateway listens')
  return { url, stop: () => stack.stop() }
}
