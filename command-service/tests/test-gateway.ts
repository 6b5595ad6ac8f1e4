import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { AgentOutput, OpenAttempt } from '@elves/schemas/generated/types.ts'
import { Registry } from 'prom-client'
import { WebSocketServer } from 'ws'
import { gateway } from '../gateway/gateway.ts'
import { challengeUpgrades } from '../link/challenges.ts'
import type { Report } from '../link/frames.ts'
import { type GatewayLimits, gatewaySocketOptions } from '../link/link-limits.ts'
import type { OutputSource } from '../task-output/output-intake.ts'
import { memoryAgents } from './memory-agents.ts'
import { testToken } from './test-agent.ts'

export interface Recorded {
  readonly agentId: string
  readonly reports: readonly Report[]
}

export interface TestGatewayOptions {
  readonly limits?: Partial<GatewayLimits>
  readonly agentLostAfterMs?: number
  readonly maxPayload?: number
}

/** A gateway behind a real socket, with agents in memory, and tasks that the test plays. */
export async function testGateway({ limits = {}, agentLostAfterMs = 30_000, maxPayload }: TestGatewayOptions = {}) {
  const agents = memoryAgents()
  const recorded: Recorded[] = []
  const outputs: { readonly source: OutputSource; readonly output: AgentOutput }[] = []
  const tasks = {
    /** The test may replace these. By default everything is durable at once, and nothing is to be sent again. */
    record: async (_agentId: string, _reports: readonly Report[]): Promise<void> => undefined,
    reconcile: async (_agentId: string, _journalId: string, _open: readonly OpenAttempt[]): Promise<readonly Uint8Array[]> => [],
  }
  const registry = new Registry()
  const center = gateway({
    agents,
    tasks: {
      async record(agentId, reports) {
        await tasks.record(agentId, reports)
        recorded.push({ agentId, reports })
      },
      reconcile: (agentId, journalId, openAttempts) => tasks.reconcile(agentId, journalId, openAttempts),
    },
    output: { take: (source, output) => outputs.push({ source, output }) > 0 },
    settings: { agentLostAfterMs, pingIntervalMs: 10_000 },
    joinToken: testToken,
    gatewayId: 'gateway',
    logger: silentLogger,
    registry,
    limits: { sweepIntervalMs: 20, ...limits },
  })
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...gatewaySocketOptions, ...(maxPayload && { maxPayload }) })
  challengeUpgrades(server)
  server.on('connection', (socket, request) => center.accept(socket, request.socket))
  await once(server, 'listening')
  return {
    ...center,
    agents,
    tasks,
    recorded,
    outputs,
    registry,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await center.stop()
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type TestGateway = Awaited<ReturnType<typeof testGateway>>
