/** Ways to the agents whose sockets this process holds. */
export interface AgentLinks {
  /**
   * Hands an encoded instruction to the agent's link. False: no link here, or it is congested; then nothing was taken
   * over, and sending it again later is the caller's.
   */
  send(agentId: string, instruction: Uint8Array): boolean
  isConnected(agentId: string): boolean
}
