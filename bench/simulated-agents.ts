import { type Child, startChild } from './child.ts'

/** Simulated agents in processes of their own, all connected when this resolves; the same `group` gives the same agents again. */
export function simulatedAgents(
  gatewayUrl: string,
  count: number,
  group: number,
): Promise<Child<{ readonly agentIds: readonly string[]; readonly ips: readonly string[] }>> {
  return startChild('simulated-agents-child.ts', [gatewayUrl, String(count), String(group)])
}
