import type { Signer } from '@elves/core/foundation/ed25519.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, CenterRefusal, CenterWelcome } from '@elves/schemas/generated/types.ts'
import type { CenterClock } from './center-clock.ts'

/** The fields of a hello that prove who the agent is. */
export type KeyFields = 'publicKey' | 'proof' | 'nextPublicKey' | 'nextProof'

export interface LinkSessionOptions {
  readonly hello: () => Omit<AgentHello, 'protocolVersion' | 'clockMs' | 'capabilities' | 'fingerprints' | KeyFields>
  /** Proves with each hello who the agent is. */
  readonly signer: Signer
  /** The key that the agent changes to; absent: it keeps its key. */
  readonly nextSigner?: Signer | undefined
  readonly clock: CenterClock
  readonly logger: Logger
  readonly onWelcome: (welcome: CenterWelcome) => void
  readonly onRefusal: (refusal: CenterRefusal) => void
  /**
   * Called with each message that is neither handshake nor heartbeat. For an instruction, the promise resolves when it is
   * in the journal and need not be read again.
   */
  readonly onMessage: (message: Message) => Promise<void> | undefined
  /** The session takes messages again. */
  readonly onWritable: () => void
  /** Called once, after all other callbacks. `isNobodyListening`: the host is there and refused the connection; default false. */
  readonly onClosed: (why: string, isNobodyListening?: boolean) => void
  /** Id of the first report that was sent and has no receipt. */
  readonly oldestUnreceipted: () => number | null
}

/** One connection to the center, from dial to close, by gateway or Kafka. */
export interface LinkSession {
  readonly isWritable: boolean
  send(messages: readonly Uint8Array[]): void
  /** Sends what runs print; it is in the way of nothing else. */
  sendOutput(messages: readonly Uint8Array[]): void
  /** Asks the center for its time if the session is up. */
  askTime(): void
  /** Sends a last message and closes. */
  close(lastMessage: Uint8Array | null): Promise<void>
}

/** Begins a session; called again after each `onClosed`. */
export type Dial = (options: LinkSessionOptions) => LinkSession
