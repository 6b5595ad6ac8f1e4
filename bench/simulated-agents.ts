import { type Child, startChild } from './child.ts'

/** How simulated agents are linked: by a gateway, or directly by Kafka if there are brokers. */
export interface SimulatedLink {
  readonly gatewayUrl: string
  readonly kafkaBrokers?: string
}

/**
 * Starts simulated agents in another process; resolves when all are connected. The same `group` gives the same agents. With a folder
 * for packages they take apps.
 */
export function simulatedAgents(
  { gatewayUrl, kafkaBrokers }: SimulatedLink,
  count: number,
  group: number,
  appsFolder?: string,
): Promise<Child<{ readonly agentIds: readonly string[]; readonly ips: readonly string[] }>> {
  const url = kafkaBrokers === undefined ? gatewayUrl : `kafka://${kafkaBrokers}/elves${new URL(gatewayUrl).search}`
  return startChild('simulated-agents-child.ts', [url, String(count), String(group), ...(appsFolder === undefined ? [] : [appsFolder])])
}
