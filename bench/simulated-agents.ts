import { type Child, startChild } from './child.ts'

/** How simulated agents are linked: by a gateway, or, where there are brokers, by Kafka directly. */
export interface SimulatedLink {
  readonly gatewayUrl: string
  readonly kafkaBrokers?: string
}

/** Simulated agents in processes of their own, all connected when this resolves; the same `group` gives the same agents again. */
export function simulatedAgents(
  { gatewayUrl, kafkaBrokers }: SimulatedLink,
  count: number,
  group: number,
): Promise<Child<{ readonly agentIds: readonly string[]; readonly ips: readonly string[] }>> {
  const url = kafkaBrokers === undefined ? gatewayUrl : `kafka://${kafkaBrokers}/elves${new URL(gatewayUrl).search}`
  return startChild('simulated-agents-child.ts', [url, String(count), String(group)])
}
