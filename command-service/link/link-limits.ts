import { frameBytes } from '@elves/schemas/link/protocol.ts'

/** Limits of the agent link. */
export const gatewayLimits = {
  /** Largest frame, either way. */
  frameBytes,
  /** An agent that has this much waiting to be sent takes no more instructions. */
  bufferedBytes: 1024 * 1024,
  /** An agent that does not even fetch its receipts is cut off here. */
  brokenBufferedBytes: 8 * 1024 * 1024,
  /** Reports of one agent ahead of their receipts; beyond, its socket is not read. */
  maxUnreceipted: 1_000,
  /** The same over all agents of the gateway. */
  maxUnreceiptedOfAll: 50_000,
  /** Bytes of the frames that brought them, of one agent and of all; beyond, the same. */
  unreceiptedBytes: 8 * 1024 * 1024,
  unreceiptedBytesOfAll: 64 * 1024 * 1024,
  /** A new socket has said its whole hello within this, counted from the connection on, whatever it announced or sent of it. */
  helloTimeoutMs: 10_000,
  /** A hello is answered within this, or its link is closed and the agent comes again. */
  joinTimeoutMs: 30_000,
  /** After a goodbye, what was reported before it is recorded within this, or the socket is closed without. */
  leaveTimeoutMs: 30_000,
  /** Sockets that have not said hello; beyond, the one that has waited longest is closed. */
  newcomers: 4_000,
  /** What all of them together have sent of their hellos, in memory; beyond, the same. */
  newcomerBytes: 16 * 1024 * 1024,
  /** Pings and pongs of WebSocket on one link between two looks at it; agents of ours send none. */
  controlFrames: 100,
  /** A connected process answers a WebSocket ping within this, or counts as gone. */
  otherBootPingMs: 2_000,
  /** How long after a hello the second copy of an instruction counts as the same one, on its way for a little longer. */
  joinWindowMs: 2_000,
  /** How long reports are tried to be recorded while the store does not answer, before the agent is asked to come again. */
  recordPatienceMs: 60_000,
  /** How often all sessions are looked at. */
  sweepIntervalMs: 1_000,
} as const

export type GatewayLimits = { readonly [Name in keyof typeof gatewayLimits]: number }

/**
 * For the `ws` server in front of a gateway: no frame beyond the limit is even gathered, none is compressed. What is gathered
 * costs little more than its bytes: no more than so many pieces, of frames or of the network. A close that the other side does
 * not answer is over after its time.
 */
export const gatewaySocketOptions = {
  maxPayload: gatewayLimits.frameBytes,
  perMessageDeflate: false,
  maxFragments: 256,
  maxBufferedChunks: 4096,
  maxPendingAutoPongs: 16,
  closeTimeout: 2_000,
} as const
