import type { Logger } from '@elves/core/foundation/log.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, CenterRefusal, CenterWelcome } from '@elves/schemas/generated/types.ts'
import type { CenterClock } from './center-clock.ts'

export interface LinkSessionOptions {
  readonly hello: () => Omit<AgentHello, 'protocolVersion' | 'clockMs' | 'capabilities' | 'fingerprints'>
  readonly clock: CenterClock
  readonly logger: Logger
  readonly onWelcome: (welcome: CenterWelcome) => void
  readonly onRefusal: (refusal: CenterRefusal) => void
  /** What is neither handshake nor heartbeat. Of an instruction, the answer resolves when nothing needs it again: it is in the journal. */
  readonly onMessage: (message: Message) => Promise<void> | undefined
  /** It takes messages again. */
  readonly onWritable: () => void
  /** Once, after the last of the others. */
  readonly onClosed: (why: string) => void
  /** Id of the first report that was sent and has no receipt. */
  readonly oldestUnreceipted: () => number | null
}

/** One connection to the center, from the dial to the close, whichever way it goes. */
export interface LinkSession {
  readonly isWritable: boolean
  send(messages: readonly Uint8Array[]): void
  /** Asks the center for its time, where the session is up. */
  askTime(): void
  /** Sends a last message and closes. */
  close(lastMessage: Uint8Array | null): Promise<void>
}

/** Begins a session; called again after each `onClosed`. */
export type Dial = (options: LinkSessionOptions) => LinkSession
