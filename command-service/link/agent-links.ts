/** Ways to the agents: over the sockets that this process holds, or by Kafka to wherever they are. */
export interface AgentLinks {
  /**
   * Hands an encoded instruction to the agent's link. False: no link here, or it is congested; then nothing was taken
   * over, and sending it again later is the caller's.
   */
  send(agentId: string, instruction: Uint8Array): boolean
  /** Whether sending makes sense: who is not connected gets what it lacks at its next hello. */
  isConnected(agentId: string): boolean | Promise<boolean>
}
