import type { Socket } from 'node:net'
import { accessPrefixes } from '@elves/core/access/access-state.ts'
import { appPackagesAt } from '@elves/core/app-package/app-packages-place.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { FeedingStatus } from '@elves/core/eventing/process-managers/due-table.ts'
import { allComponents, type ComponentSwitches } from '@elves/core/foundation/components.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import { readKeptEvents } from './access/access-events-table.ts'
import { AccessRules } from './access/access-rules.ts'
import { checkedHandlers, checkedTasks } from './access/checked-commands.ts'
import { Denials } from './access/denials.ts'
import { KnownAccess } from './access/known-access.ts'
import { things } from './access/things.ts'
import { AppGate } from './apps/app-gate.ts'
import { AppRules } from './apps/app-rules.ts'
import { packageDoor } from './apps/package-door.ts'
import { type CommandHandler, callHandler } from './command-handlers.ts'
import { withoutDispatch } from './component-features.ts'
import type { FeatureParts } from './feature.ts'
import { writeFeatures } from './features.ts'
import { gateway } from './gateway/gateway.ts'
import { limitsOfSide } from './limits/limits-of-side.ts'
import type { AgentLinks } from './link/agent-links.ts'
import { secretLinks } from './secrets/secret-links.ts'
import { shutdown } from './shutdown.ts'
import { noToldKeys, signedLinks } from './signing/instruction-signer.ts'
import { shuttingDown } from './tasks/open-tasks.ts'
import { type TaskCommands, taskCommands } from './tasks/task-commands.ts'
import { taskRequests } from './tasks/task-requests.ts'
import { tracedHandlers } from './tracing/traced-commands.ts'
import { type People, peopleOf } from './users/people.ts'
import { type WriteSide, type WriteSideOptions, writeSide } from './write-side.ts'

export { migrateCommandService } from './command-schema.ts'

export interface CommandServiceOptions extends WriteSideOptions {
  /** If null, agents connect to this process. Otherwise they connect elsewhere, and instructions go to them through Kafka. */
  readonly kafka: KafkaConnection | null
  /** What is on, and what of it this process runs; default all. */
  readonly components?: ComponentSwitches
}

/** The write side: commands, reports, deadlines and the links of agents, in this process. */
export interface CommandService extends Running {
  /** Adds to the server of the gateway the door by which agents get packages of apps. */
  addPackageDoor(server: FastifyInstance): void
  readonly api: CommandApi
  /** For the internal HTTP: `tasks`, whose waits it can bound, and `handlers`, one for each command. */
  readonly tasks: TaskCommands
  readonly handlers: readonly CommandHandler[]
  readonly people: Pick<People, 'identify' | 'uses' | 'personalKeys'>
  /** Takes an agent's socket. With Kafka, closes it: the agent has to go to a gateway. */
  acceptAgent(socket: WebSocket, connection: Socket): void
  /** Returns true if instructions can go to the agent, by way of this process. */
  isLinked(agentId: string): boolean | Promise<boolean>
  /** Null: another instance makes the tables of what is due. */
  makingTables(): FeedingStatus | null
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
  const links = secretLinks(signedLinks(transports.links, side.signer), side.secrets)
  const appRules = new AppRules(side.aggregates)
  side.onEvents((events) => appRules.observe(events))
  const appGate = new AppGate({ rules: appRules, agents: agents.aggregates })
  const denials = new Denials({ aggregates: side.aggregates, logger })
  const access = accessRules(side, denials)
  side.onEvents((events) => access.observe(events))
  const limits = limitsOfSide(side, denials)
  side.onUnreadable(({ stream }) => {
    appRules.unreadable(stream)
    access.unreadable(stream)
    limits.unreadable(stream)
  })
  const people = peopleOf(side, (events) => access.observe(events))
  side.onEvents((events) => people.observe(events))
  await people.makeAdmin(settings.adminPassword)
  const making = {
    aggregates: side.aggregates,
    appRules,
    appGate,
    limits,
    store: side.store,
    decisions,
    openTasks,
    agents: agents.directory,
    links,
    startAllowanceMs,
    deadlineGraceMs,
  }
  const allTasks = taskCommands({ ...making, store })
  const tasks = checkedTasks(components.isOn('scheduler') ? allTasks : withoutDispatch(allTasks), access)
  const requests = taskRequests(making)
  const shared = { ...side, appRules, appGate, limits, access, denials, people, components, links, taskCommands: tasks, taskRequests: requests }
  const parts = writeFeatures.map((feature) => feature(shared))
  for (const part of parts) {
    if (part.observe) side.onEvents((events) => part.observe?.(events))
    if (part.unreadable) side.onUnreadable((event) => part.unreadable?.(event))
  }
  const { tables, ...otherParts } = side.parts
  const stopping = shutdown({
    features: parts,
    timeoutMs: settings.shutdownMs,
    logger,
    // Managers that wait for a table that is being made must not keep the stop waiting.
    parts: { ...transports.doors, tables, ...managersOf(parts), ...otherParts, ...transports.carriers },
  })
  const open = whileOpen(
    checkedHandlers(
      parts.flatMap(({ commands = [] }) => commands),
      access,
    ),
    () => !stopping.hasBegun(),
  )
  const handlers = options.tracing ? tracedHandlers(open, options.tracing) : open
  return {
    api: {
      ...tasks,
      call: callHandler(handlers),
      identify: (hash, isUse) => people.identify(hash, isUse),
      lastUses: (ids) => people.uses.of(ids),
      personalKeys: (userIds) => people.personalKeys(userIds),
      noteAuthKeyUse: (id) => people.uses.noteAuthKey(id, Date.now()),
    },
    people,
    tasks,
    handlers,
    acceptAgent: transports.acceptAgent,
    isLinked: (agentId) => links.isConnected(agentId),
    makingTables: () => side.attemptsTable.feeding(),
    addPackageDoor: (server) => packageDoor({ server, aggregates: agents.aggregates, packages: appPackagesAt(settings.appPackages) }),
    isReady: () => !stopping.hasBegun() && side.isReady() && transports.isReady(),
    stop: () => stopping.begin(),
  }
}

function accessRules(side: WriteSide, denials: Denials): AccessRules {
  const { store, settings, agents, aggregates } = side
  const known = new KnownAccess({ readEvents: () => readKeptEvents(side, accessPrefixes) })
  const found = things({ store, aggregates, agents: agents.directory })
  return new AccessRules({ known, things: found, denials, hasSupervisor: settings.restMode === 'supervisor' })
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
    toldKeys: signer?.toldKeys ?? noToldKeys,
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
