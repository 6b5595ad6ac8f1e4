import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** Links to agents: the sockets of this process, or Kafka. */
export interface AgentLinks {
  /**
   * Hands an encoded instruction to the agent's link. Returns false if there is no link here or it is congested: then nothing was
   * taken over, and the caller has to send it again later. `task`: all events of the instruction's task, where the caller has them;
   * a link at another process then need not read them.
   */
  send(agentId: string, instruction: Uint8Array, task?: readonly RecordedEvent[]): boolean
  /** Returns true if sending makes sense: an agent that is not connected gets what it lacks at its next hello. */
  isConnected(agentId: string): boolean | Promise<boolean>
}
