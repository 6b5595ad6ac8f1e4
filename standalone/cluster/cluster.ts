import { join } from 'node:path'
import type { Given } from '../agent-env.ts'
import { requireFreePort } from '../free-port.ts'
import { type Front, front } from '../front/front.ts'
import { type EmbeddedKafka, embeddedKafka } from '../kafka/embedded-kafka.ts'
import { stopOrphanBroker } from '../kafka/orphan.ts'
import { brokerAnswer } from '../kafka/warm-up.ts'
import { proofOf } from '../proof.ts'
import { type ClusterReady, clusterFile, type ScaledService, scaledServices } from '../ready-file.ts'
import type { Plan, PreparedRun, RunnerOptions, Shape } from '../runner/plan.ts'
import { agentFolder, type ClusterAgents, startAgents } from './agents.ts'
import type { ClusterArguments } from './arguments.ts'
import { type OuterDoors, outerDoors, requireFreeDoors } from './outer-doors.ts'
import { type ClusterPorts, clusterPorts } from './ports.ts'
import { type Service, startService } from './services.ts'

type ClusterOptions = Pick<RunnerOptions, 'settings' | 'env' | 'dataDir'> & Omit<ClusterArguments, 'listen'>

/** `npm run cluster`: each service in one or many processes, Kafka between them, fronts for HTTP and gateway, and agents. */
export function clusterPlan(options: ClusterOptions): Plan<ClusterReady> {
  const { size, settings, env, dataDir } = options
  let ports: ClusterPorts | null = null
  return {
    name: 'cluster',
    file: clusterFile,
    isOneProcess: false,
    agentFolders: size.agents.map((_, index) => agentFolder(index)),
    async check() {
      const httpPort = settings.ELVES_HTTP_PORT
      // If ELVES_HTTP_PORT is 0 (any free port), the gateway's port is any free one too, unless it is set.
      const gatewayPort = httpPort === 0 && !env['ELVES_GATEWAY_PORT'] ? 0 : settings.ELVES_GATEWAY_PORT
      if (httpPort !== 0) await requireFreePort(httpPort, null)
      if (gatewayPort !== 0) await requireFreePort(gatewayPort, null, 'ELVES_GATEWAY_PORT')
      await requireFreeDoors({ settings, env })
      // A broker that still runs from an earlier start, or is about to end, still has the port by which agents know it.
      await stopOrphanBroker(join(dataDir, 'kafka'))
      ports = await clusterPorts(dataDir, size.scale, { http: httpPort, gateway: gatewayPort })
    },
    start: (ground) => new Cluster(ground, options, ports as ClusterPorts).start(),
  }
}

type OfDoors = Pick<ClusterReady, 'kafkaBrokers' | 'outerUrl' | 'outerGatewayUrl'>

class Cluster {
  readonly #ground: PreparedRun<ClusterReady>
  readonly #options: ClusterOptions
  readonly #ports: ClusterPorts

  constructor(ground: PreparedRun<ClusterReady>, options: ClusterOptions, ports: ClusterPorts) {
    this.#ground = ground
    this.#options = options
    this.#ports = ports
  }

  async start(): Promise<Shape<ClusterReady>> {
    const { stack, databaseUrl, keys, say } = this.#ground
    const kafka = this.#kafka()
    const fronts: Front[] = []
    // Open connections end with the instances behind the fronts, or here.
    stack.defer('connections of the fronts', async () => void (await Promise.all(fronts.map((each) => each.stop()))))
    const [url, brokers, outer] = await Promise.all([databaseUrl, kafka.brokers, outerDoors(this.#options)])
    say('Starting the services.')
    const services = await this.#services({ ELVES_DATABASE_URL: url, ELVES_KAFKA_BROKERS: brokers }, outer)
    stack.defer('fronts', async () => void (await Promise.all(fronts.map((each) => each.close()))))
    for (const name of ['query-service', 'gateway'] as const) fronts.push(await this.#front(name))
    const address = `127.0.0.1:${this.#ports.fronts.http}`
    const doors = {
      url: `http://${address}`,
      graphqlUrl: `http://${address}/graphql`,
      subscriptionsUrl: `ws://${address}/graphql`,
      gatewayUrl: `ws://127.0.0.1:${this.#ports.fronts.gateway}/gateway?token=${encodeURIComponent(keys.joinToken)}`,
      authId: keys.authId,
      authKey: keys.authKey,
      ...proofOf(this.#options.settings, keys),
      kafkaBrokers: brokers,
      outerUrl: outer?.url ?? null,
      outerGatewayUrl: outer?.gatewayUrl ?? null,
    }
    say('Starting the agents.')
    const agents = await this.#agents(doors)
    return { said: () => this.#said(doors, services, agents, kafka.pids()), lines: this.#lines(doors) }
  }

  /** The given brokers, or an embedded one that is kept running. */
  #kafka(): { brokers: Promise<string>; pids(): readonly number[] } {
    const { settings, dataDir, logger, stack, parts, say } = this.#ground
    const group = stack.use('Kafka', parts.group())
    if (settings.ELVES_KAFKA_BROKERS !== '') return { brokers: Promise.resolve(settings.ELVES_KAFKA_BROKERS), pids: () => [] }
    let pids = (): readonly number[] => []
    say('Starting a Kafka broker (the first start on this machine fetches it: 43 MB).')
    const starting = group.keep({
      name: 'Kafka',
      probe: { ask: ({ brokers }: EmbeddedKafka) => brokerAnswer(brokers), everyMs: 15_000 },
      start: (): Promise<EmbeddedKafka> =>
        embeddedKafka({
          dir: join(dataDir, 'kafka'),
          cacheDir: settings.ELVES_CACHE_DIR,
          repository: settings.ELVES_MAVEN_REPOSITORY,
          logger: logger.child({ part: 'Kafka' }),
          port: this.#ports.kafka,
        }),
    })
    const brokers = starting.then((kept) => {
      pids = () => [kept.current().pid]
      return kept.current().brokers
    })
    brokers.catch(() => undefined)
    return { brokers, pids: () => pids() }
  }

  /** Starts query-service last: it reads tables that the others have migrated. */
  async #services(where: Given, outer: OuterDoors | null): Promise<Readonly<Record<ScaledService, Service>>> {
    const { stack, parts, keys, dataDir, settings } = this.#ground
    const auditKey = settings.ELVES_AUDIT_KEY_FILE || join(dataDir, 'audit-key')
    const groups = {
      'projection-service': stack.use('projection-service', parts.group()),
      'command-service': stack.use('command-service', parts.group()),
      gateway: stack.use('gateway', parts.group()),
      'query-service': stack.use('query-service', parts.group()),
    }
    const ofAgents = { ELVES_JOIN_TOKEN: keys.joinToken, ELVES_SIGNING_KEY: keys.signingKey, ELVES_SECRETS_KEY: keys.secretsKey }
    const given: Readonly<Record<ScaledService, Given>> = {
      'projection-service': where,
      'command-service': {
        ...where,
        ELVES_SERVICE_SECRET: keys.serviceSecret,
        ELVES_AUDIT_KEY_FILE: auditKey,
        ELVES_ADMIN_PASSWORD: keys.adminPassword,
        ...ofAgents,
      },
      gateway: { ...where, ...ofAgents, ...outer?.gateway },
      'query-service': {
        ...where,
        ELVES_SERVICE_SECRET: keys.serviceSecret,
        ELVES_COMMAND_URL: this.#ports.services['command-service'].map((port) => `http://127.0.0.1:${port}`).join(','),
        ELVES_AUTH_ID: keys.authId,
        ELVES_AUTH_KEY: keys.authKey,
        ELVES_AUTH: settings.ELVES_AUTH,
        ELVES_TOKEN: keys.token,
        ...outer?.queryService,
      },
    }
    const started = (service: ScaledService) => {
      const { logLevels, components } = this.#options
      return startService(this.#ground, {
        service,
        ports: this.#ports.services[service],
        given: given[service],
        logLevels,
        components,
        group: groups[service],
      })
    }
    const [projection, command, gateway] = await Promise.all([started('projection-service'), started('command-service'), started('gateway')])
    return { 'command-service': command, gateway, 'projection-service': projection, 'query-service': await started('query-service') }
  }

  #front(service: 'query-service' | 'gateway'): Promise<Front> {
    const { logger } = this.#ground
    const port = service === 'gateway' ? this.#ports.fronts.gateway : this.#ports.fronts.http
    const setting = service === 'gateway' ? 'ELVES_GATEWAY_PORT' : 'ELVES_HTTP_PORT'
    return front({ name: service, port, setting, instancePorts: this.#ports.services[service], logger })
  }

  #agents(doors: { gatewayUrl: string; graphqlUrl: string; token: string; kafkaBrokers: string }): Promise<ClusterAgents> {
    const { stack, parts, keys } = this.#ground
    const { size, logLevels } = this.#options
    return startAgents(this.#ground, {
      links: size.agents,
      gatewayUrl: doors.gatewayUrl,
      graphqlUrl: doors.graphqlUrl,
      token: doors.token || keys.serviceSecret,
      kafka: { ELVES_KAFKA_BROKERS: doors.kafkaBrokers, ELVES_JOIN_TOKEN: keys.joinToken },
      logLevels,
      group: stack.use('agents', parts.group()),
    })
  }

  #said(
    doors: Omit<ClusterReady, 'agents' | 'instances' | 'pids'>,
    services: Readonly<Record<ScaledService, Service>>,
    agents: ClusterAgents,
    kafka: readonly number[],
  ): ClusterReady {
    const { postgresPid } = this.#ground
    return {
      ...doors,
      agents: agents.said(),
      instances: ofEach((name) => services[name].urls),
      pids: { cluster: process.pid, ...ofEach((name) => services[name].pids()), agents: agents.pids(), kafka, postgres: postgresPid() },
    }
  }

  #lines({ kafkaBrokers, outerUrl, outerGatewayUrl }: OfDoors): readonly (readonly [string, string])[] {
    const { scale } = this.#options.size
    const address = `ws://127.0.0.1:${this.#ports.fronts.gateway}/gateway`
    return [
      ...(outerUrl === null ? [] : [['open at', `${outerUrl}   (whoever has the token may use it there, too)`] as const]),
      ...(outerGatewayUrl === null ? [] : [['', `${outerGatewayUrl}   (agents on other machines)`] as const]),
      ['gateway', address],
      ['Kafka', kafkaBrokers],
      ['instances', scaledServices.map((name) => `${scale[name]} × ${name}`).join(', ')],
    ]
  }
}

function ofEach<Value>(value: (name: ScaledService) => Value): Readonly<Record<ScaledService, Value>> {
  return Object.fromEntries(scaledServices.map((name) => [name, value(name)])) as Record<ScaledService, Value>
}
