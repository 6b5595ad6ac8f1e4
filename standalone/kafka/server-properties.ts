/** A listener besides the plain one, for tests of sign-in and TLS. */
export interface ExtraListener {
  /** Upper-case letters. */
  readonly name: string
  readonly port: number
  /** The port that the broker tells clients to connect to (a proxy, for example); default its own port. */
  readonly advertisedPort?: number
  readonly protocol: 'PLAINTEXT' | 'SASL_PLAINTEXT' | 'SSL' | 'SASL_SSL'
  /** Property names without the prefix `listener.name.<name>.`. */
  readonly properties: Readonly<Record<string, string>>
}

export interface BrokerPlan {
  readonly dataDir: string
  readonly port: number
  readonly controllerPort: number
  readonly extraListeners: readonly ExtraListener[]
}

/** One process as broker and controller, on 127.0.0.1. The values are measured: small, and quick to start, join and restart. */
export function serverProperties({ dataDir, port, controllerPort, extraListeners }: BrokerPlan): string {
  const doors = extraListeners.map(({ name, port }) => `${name}://127.0.0.1:${port}`)
  const advertised = extraListeners.map(({ name, port, advertisedPort }) => `${name}://127.0.0.1:${advertisedPort ?? port}`)
  const properties: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: [`CLIENT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`, ...doors].join(','),
    'advertised.listeners': [`CLIENT://127.0.0.1:${port}`, ...advertised].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': [
      'CLIENT:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
      ...extraListeners.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'log.segment.bytes': 67_108_864,
    // The broker is back 1.9 s after a kill with these values, 12 s with the defaults.
    'broker.session.timeout.ms': 1_000,
    'broker.heartbeat.interval.ms': 200,
    'controller.quorum.election.timeout.ms': 100,
    'controller.quorum.election.backoff.max.ms': 100,
  }
  for (const { name, properties: own } of extraListeners) {
    for (const [key, value] of Object.entries(own)) properties[`listener.name.${name.toLowerCase()}.${key}`] = value
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')
}
