/** Bounds of the messages about what runs print, for the agent and for the center. */
export const outputLimits = {
  /** Bytes of text in one AgentOutput. */
  messageBytes: 64 * 1024,
  /** Pieces in one AgentOutput. */
  messagePieces: 256,
  /** Most that is kept of one attempt, whatever an agent is set to. */
  attemptBytes: 64 * 1024 * 1024,
  /** Bytes that an agent sends ahead of the receipts. So much, and no more, can be before a report in a socket. */
  unconfirmedBytes: 256 * 1024,
  /** Attempts of which it sends something ahead of the receipts. */
  unconfirmedAttempts: 256,
} as const
