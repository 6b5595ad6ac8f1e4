import type { Stack } from '@elves/core/foundation/lifecycle.ts'
import type { FastifyInstance } from 'fastify'
import type { CommandService } from './command-service.ts'
import { acceptAgents, type ServiceProcessOptions } from './service-process.ts'
import { openTlsDoor } from './tls-door.ts'

/** Opens what agents come by: their links and the packages of apps at the server's port, and both at the TLS door where one is set. */
export async function openAgentDoors(
  server: FastifyInstance,
  { acceptAgent: accept, addPackageDoor }: Pick<CommandService, 'acceptAgent' | 'addPackageDoor'>,
  { settings, logger }: ServiceProcessOptions,
  stack: Stack,
): Promise<void> {
  acceptAgents(server.server, settings, accept)
  addPackageDoor(server)
  const host = settings.ELVES_LISTEN_HOST
  await openTlsDoor({ settings, host, accept, answer: (request, response) => server.routing(request, response), logger }, stack)
}
