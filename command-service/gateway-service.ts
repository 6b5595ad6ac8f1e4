import type { Socket } from 'node:net'
import { appPackagesAt } from '@elves/core/app-package/app-packages-place.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import { packageDoor } from './apps/package-door.ts'
import { gateway } from './gateway/gateway.ts'
import { instructionReader } from './kafka-link/instruction-reader.ts'
import { settledWithin, stopInOrder } from './shutdown.ts'
import { noToldKeys } from './signing/instruction-signer.ts'
import type { ExpectedTask } from './tasks/task-reports.ts'
import { type WriteSideOptions, writeSide } from './write-side.ts'

export interface GatewayServiceOptions extends WriteSideOptions {
  readonly kafka: KafkaConnection
}

/** A gateway on its own: holds agents' sockets, records what they report, and hands them the instructions from Kafka. Any number may run. */
export interface GatewayService extends Running {
  /** Adds to the server of the gateway the door by which agents get packages of apps. */
  addPackageDoor(server: FastifyInstance): void
  acceptAgent(socket: WebSocket, connection: Socket): void
  isReady(): boolean
}

/** Resolves when agents may connect: from then on it misses no instruction. */
export async function gatewayService(options: GatewayServiceOptions): Promise<GatewayService> {
  const { settings, instanceId, logger, registry, kafka } = options
  const { joinToken, shutdownMs } = settings
  const side = await writeSide(options)
  const { agents, reports, output, decisions, others, signer } = side
  const own = gateway({
    agents,
    tasks: reports,
    output,
    settings,
    joinToken,
    toldKeys: signer?.toldKeys ?? noToldKeys,
    gatewayId: instanceId,
    others,
    drainMs: shutdownMs,
    logger,
    registry,
  })
  const onHanded = (tasks: readonly ExpectedTask[]) => void reports.expect(tasks)
  const reader = instructionReader({ connection: kafka, links: own.links, onHanded, logger, registry })
  let stopping: Promise<void> | null = null

  async function stop(): Promise<void> {
    await stopInOrder({ gateway: own, instructions: reader }, logger)
    await settledWithin([decisions], shutdownMs, logger)
    await stopInOrder(side.parts, logger)
  }

  const service: GatewayService = {
    acceptAgent: (socket, connection) => own.accept(socket, connection),
    addPackageDoor: (server) => packageDoor({ server, aggregates: agents.aggregates, packages: appPackagesAt(settings.appPackages) }),
    isReady: () => stopping === null && side.isReady(),
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
  try {
    await reader.ready
    return service
  } catch (error) {
    await service.stop()
    throw error
  }
}
