import { frameBytes } from '@elves/schemas/link/protocol.ts'

/** Limits of the agent link. */
export const gatewayLimits = {
  /** Largest frame, either way. */
  frameBytes,
  /** If this much waits to be sent to an agent, it gets no more instructions. */
  bufferedBytes: 1024 * 1024,
  /** If this much waits, the link is cut: the agent does not even fetch its receipts. */
  brokenBufferedBytes: 8 * 1024 * 1024,
  /** Reports of one agent without a receipt; beyond this, its socket is not read. */
  maxUnreceipted: 1_000,
  /** The same over all agents of the gateway. */
  maxUnreceiptedOfAll: 50_000,
  /** Bytes of the frames that brought those reports, of one agent and of all; beyond this, sockets are not read either. */
  unreceiptedBytes: 8 * 1024 * 1024,
  unreceiptedBytesOfAll: 64 * 1024 * 1024,
  /** A new socket has to send its whole hello within this time, counted from the connection on, whatever it announced or sent of it. */
  helloTimeoutMs: 10_000,
  /** A hello is answered within this time, or its link is closed and the agent comes again. */
  joinTimeoutMs: 30_000,
  /** After a goodbye, the reports before it are recorded within this time, or the socket is closed without that. */
  leaveTimeoutMs: 30_000,
  /** Sockets that have not said hello; beyond this, the one that has waited longest is closed. */
  newcomers: 4_000,
  /** Bytes in memory of the hellos of all these sockets; beyond this, the one that has waited longest is closed. */
  newcomerBytes: 16 * 1024 * 1024,
  /** WebSocket pings and pongs on one link between two sweeps. Elves agents send no pings. */
  controlFrames: 100,
  /** A connected process answers a WebSocket ping within this time, or counts as gone. */
  otherBootPingMs: 2_000,
  /** For this long after a hello, a second copy of an instruction counts as the same one that was still on its way. */
  joinWindowMs: 2_000,
  /** How long recording of reports is retried while the store does not answer, before the agent is asked to come again. */
  recordPatienceMs: 60_000,
  /** How long receipts wait for another message to the same agent. */
  receiptHoldMs: 500,
  /** How often the sweep checks all sessions. */
  sweepIntervalMs: 1_000,
} as const

export type GatewayLimits = { readonly [Name in keyof typeof gatewayLimits]: number }

/**
 * Options of the `ws` server in front of a gateway. It does not gather a frame beyond the limit, and compresses none. A frame comes
 * in a limited number of fragments and network chunks, so that gathering it costs little more than its bytes. A close that the other
 * side does not answer ends after `closeTimeout`.
 */
export const gatewaySocketOptions = {
  maxPayload: gatewayLimits.frameBytes,
  perMessageDeflate: false,
  maxFragments: 256,
  maxBufferedChunks: 4096,
  maxPendingAutoPongs: 16,
  closeTimeout: 2_000,
} as const
