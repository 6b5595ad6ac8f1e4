import { commandLine } from '@elves/core/foundation/command-line.ts'
import { Option } from 'commander'
import {
  agentLinksOf,
  type ClusterSize,
  type InstanceComponents,
  instanceComponentsOf,
  type LinkKind,
  type LogLevels,
  logLevelsOf,
  oneOfEach,
  type Scale,
  scaleOf,
} from './cluster-size.ts'

export interface ClusterArguments {
  readonly size: ClusterSize
  readonly logLevels: LogLevels
  readonly components: InstanceComponents
  /** In place of ELVES_LISTEN. */
  readonly listen?: string
}

interface Options {
  readonly scale: Scale
  readonly agents: readonly LinkKind[]
  readonly listen?: string
  readonly logLevel: LogLevels
  readonly components: InstanceComponents
}

const notes = `
The doors stand before the instances and skip the dead ones: GraphQL and REST v2 at ELVES_HTTP_PORT, the gateways at
ELVES_GATEWAY_PORT. Postgres and a Kafka broker (it needs Java 17 or later) are brought along, unless ELVES_DATABASE_URL
or ELVES_KAFKA_BROKERS names others. <data dir>/cluster.json tells scripts where everything is and each process id;
<data dir>/logs/cluster.log has the logs of all. ELVES_DATA_DIR is the data dir; docs/reference/settings.md has all settings.

Example: npm run cluster -- --scale command-service=2,gateway=2 --agents kafka=2,gateway=2
`

/** Reads the arguments of `npm run cluster --`. For `--help` or a wrong argument, prints a text and ends the process. */
export function clusterArguments(args: readonly string[]): ClusterArguments {
  const meaning = 'The cluster as processes on this machine: services that scale out, with Kafka between them, and agents.'
  const command = commandLine('npm run cluster --', meaning, notes)
    .option(
      '--listen <address>',
      'doors over TLS for agents on other machines and for everybody else there: 0.0.0.0, 10.0.0.5:4140 (ELVES_LISTEN; ELVES_GATEWAY_TLS_PORT)',
    )
    .addOption(new Option('--scale <service=count>', 'instances of a service; may be repeated').argParser(scaleOf).default(oneOfEach, '1 of each'))
    .addOption(
      new Option('--agents <link=count,…>', 'agents on gateways or on Kafka directly: 127.0.0.1, 127.0.0.2, … in the order of this list')
        .argParser(agentLinksOf)
        .default(['gateway'], 'gateway=1'),
    )
    .addOption(
      new Option('--log-level <process=level>', 'of one kind of processes; may be repeated').argParser(logLevelsOf).default({}, 'ELVES_LOG_LEVEL'),
    )
    .addOption(
      new Option('--components <instance=names>', 'what one instance runs of the components that are on: command-service-2=queue; may be repeated')
        .argParser(instanceComponentsOf)
        .default({}, 'all'),
    )
    .parse(args, { from: 'user' })
  const { scale, agents, logLevel, components, listen } = command.opts<Options>()
  return { size: { scale, agents }, logLevels: logLevel, components, ...(listen !== undefined && { listen }) }
}
