/** Links to agents: the sockets of this process, or Kafka. */
export interface AgentLinks {
  /**
   * Hands an encoded instruction to the agent's link. Returns false if there is no link here or it is congested: then nothing was
   * taken over, and the caller has to send it again later.
   */
  send(agentId: string, instruction: Uint8Array): boolean
  /** Returns true if sending makes sense: an agent that is not connected gets what it lacks at its next hello. */
  isConnected(agentId: string): boolean | Promise<boolean>
}
