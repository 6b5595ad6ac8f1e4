import type { Socket } from 'node:net'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { allComponents, type ComponentSwitches } from '@elves/core/foundation/components.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { WebSocket } from 'ws'
import { type CommandHandler, callHandler } from './command-handlers.ts'
import { withoutDispatch } from './component-features.ts'
import type { FeatureParts } from './feature.ts'
import { writeFeatures } from './features.ts'
import { gateway } from './gateway/gateway.ts'
import type { AgentLinks } from './link/agent-links.ts'
import { shutdown } from './shutdown.ts'
import { signedLinks } from './signing/instruction-signer.ts'
import { shuttingDown } from './tasks/open-tasks.ts'
import { type TaskCommands, taskCommands } from './tasks/task-commands.ts'
import { taskRequests } from './tasks/task-requests.ts'
import { type WriteSide, type WriteSideOptions, writeSide } from './write-side.ts'

export { migrateCommandService } from './write-side.ts'

export interface CommandServiceOptions extends WriteSideOptions {
  /** If null, agents connect to this process. Otherwise they connect elsewhere, and instructions go to them through Kafka. */
  readonly kafka: KafkaConnection | null
  /** What is on, and what of it this process runs; default all. */
  readonly components?: ComponentSwitches
}

/** The write side: commands, reports, deadlines and the links of agents, in this process. */
export interface CommandService extends Running {
  readonly api: CommandApi
  /** For the internal HTTP: `tasks`, whose waits it can bound, and `handlers`, one for each command. */
  readonly tasks: TaskCommands
  readonly handlers: readonly CommandHandler[]
  /** Takes an agent's socket. With Kafka, closes it: the agent has to go to a gateway. */
  acceptAgent(socket: WebSocket, connection: Socket): void
  isReady(): boolean
}

/** The links to agents, and the parts that have to stop with them. */
export interface AgentTransports {
  readonly links: AgentLinks
  /** Stop first. */
  readonly doors: Readonly<Record<string, Running>>
  /** Stop last. */
  readonly carriers: Readonly<Record<string, Running>>
  isReady(): boolean
  acceptAgent(socket: WebSocket, connection: Socket): void
}

/** Composes and starts it; the event store's schema must have been migrated. */
export async function commandService(options: CommandServiceOptions): Promise<CommandService> {
  const { store, settings, logger, kafka, components = allComponents } = options
  const { startAllowanceMs, deadlineGraceMs } = settings
  const side = await writeSide(options)
  const { agents, openTasks, decisions } = side
  const transports = kafka ? await kafkaTransports(options, kafka, side) : ownGateway(options, side)
  const links = signedLinks(transports.links, side.signer)
  const making = { store: side.store, decisions, openTasks, agents: agents.directory, links, startAllowanceMs, deadlineGraceMs }
  const allTasks = taskCommands({ ...making, store })
  const tasks = components.isOn('scheduler') ? allTasks : withoutDispatch(allTasks)
  const requests = taskRequests(making)
  const parts = writeFeatures.map((feature) => feature({ ...side, components, links, taskCommands: tasks, taskRequests: requests }))
  for (const part of parts) if (part.observe) side.onEvents((events) => part.observe?.(events))
  const stopping = shutdown({
    features: parts,
    timeoutMs: settings.shutdownMs,
    logger,
    parts: { ...transports.doors, ...managersOf(parts), ...side.parts, ...transports.carriers },
  })
  const handlers = whileOpen(
    parts.flatMap(({ commands = [] }) => commands),
    () => !stopping.hasBegun(),
  )
  return {
    api: { ...tasks, call: callHandler(handlers) },
    tasks,
    handlers,
    acceptAgent: transports.acceptAgent,
    isReady: () => !stopping.hasBegun() && side.isReady() && transports.isReady(),
    stop: () => stopping.begin(),
  }
}

/** Throws INTERNAL if two managers have the same name, because one of them would not be stopped. */
function managersOf(parts: readonly FeatureParts[]): Readonly<Record<string, Running>> {
  const all = parts.flatMap(({ managers = {} }) => Object.entries(managers))
  const byName = Object.fromEntries(all)
  if (Object.keys(byName).length < all.length) throw new ElvesError('INTERNAL', 'two managers of features have the same name')
  return byName
}

/** Refuses every command with SHUTTING_DOWN once the stop has begun. */
function whileOpen(handlers: readonly CommandHandler[], isOpen: () => boolean): readonly CommandHandler[] {
  return handlers.map(({ command, handle }) => ({
    command,
    handle: async (caller, request) => {
      if (!isOpen()) throw shuttingDown()
      return handle(caller, request)
    },
  }))
}

/** A gateway in this process holds the agents' sockets. */
function ownGateway({ settings, instanceId, logger, registry }: WriteSideOptions, side: WriteSide): AgentTransports {
  const { agents, reports, output, signer, others } = side
  const own = gateway({
    agents,
    tasks: reports,
    output,
    settings,
    joinToken: settings.joinToken,
    instructionKeys: signer?.publicKeys ?? [],
    gatewayId: instanceId,
    others,
    drainMs: settings.shutdownMs,
    logger,
    registry,
  })
  return {
    links: own.links,
    doors: { gateway: own },
    carriers: {},
    isReady: () => true,
    acceptAgent: (socket, connection) => own.accept(socket, connection),
  }
}

/** Imports the Kafka code only here, so that standalone, and a command-service without brokers, never load it. */
async function kafkaTransports(options: WriteSideOptions, kafka: KafkaConnection, side: WriteSide): Promise<AgentTransports> {
  const { kafkaTransports: transportsBy } = await import('./kafka-transports.ts')
  return transportsBy(options, kafka, side)
}
