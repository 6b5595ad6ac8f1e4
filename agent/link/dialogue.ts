import { encode, type Message, readableFingerprints, writerForToday } from '@elves/schemas/codec/codec.ts'
import type { CenterPong, CenterRefusal, CenterWelcome } from '@elves/schemas/generated/types.ts'
import { helloStatement } from '@elves/schemas/link/hello-statement.ts'
import { askedByCenter, protocolVersion } from '@elves/schemas/link/protocol.ts'
import { centerWriter } from './center-writer.ts'
import type { LinkSessionOptions } from './link-session.ts'

/**
 * If the center neither welcomes nor refuses within this time, the agent tries again. A gateway gives a hello as long: where a whole fleet
 * comes back at once, one that waits in line is not worth less than one that is said anew.
 */
const welcomeTimeoutMs = 30_000
/** A link is dead if the center is silent for this many ping intervals. */
export const silentIntervals = 2

/** What carries the messages of a dialogue. */
export interface Wire {
  say(message: Uint8Array): void
  /** Tears the wire down: the dialogue is over. */
  giveUp(): void
  /** Called at each heartbeat. Returns why this wire is of no use any more, or null. */
  fault?(): string | null
}

/** Handshake and heartbeat of one session, over any wire. */
export class Dialogue {
  readonly #options: LinkSessionOptions
  readonly #wire: Wire
  /** One timer: for the welcome first, then for the heartbeat. */
  #timer: NodeJS.Timeout | undefined
  #state: 'DIALLING' | 'GREETING' | 'UP' | 'OVER' = 'DIALLING'
  #sentAtMs = 0
  #pingedClockMs = 0
  #silentTicks = 0
  #writer = writerForToday
  /** Why the dialogue is over, or the reason to give if the wire broke now. */
  why = 'closed'

  constructor(options: LinkSessionOptions, wire: Wire) {
    this.#options = options
    this.#wire = wire
  }

  get isUp(): boolean {
    return this.#state === 'UP'
  }

  get isOver(): boolean {
    return this.#state === 'OVER'
  }

  /** Says hello. `boundTo` is what the hello is signed for: see {@link helloStatement}. */
  greet(boundTo: string): void {
    this.#state = 'GREETING'
    this.#sentAtMs = performance.now()
    const known = { protocolVersion, clockMs: Date.now(), capabilities: [], fingerprints: readableFingerprints }
    const { signer, nextSigner } = this.#options
    const nextPublicKey = nextSigner?.publicKey ?? ''
    const hello = { ...this.#options.hello(), ...known, publicKey: signer.publicKey, nextPublicKey }
    const statement = helloStatement(boundTo, hello)
    this.#wire.say(encode('AgentHello', { ...hello, proof: signer.sign(statement), nextProof: nextSigner?.sign(statement) ?? '' }))
    this.giveUpAfter(welcomeTimeoutMs, 'the center did not answer the hello')
  }

  giveUpAfter(timeoutMs: number, why: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.giveUp(why), timeoutMs)
  }

  giveUp(why: string): void {
    if (this.#state === 'OVER') return
    this.why = why
    this.end()
    this.#wire.giveUp()
  }

  /** Ends the dialogue: no message is sent or taken after this. */
  end(): void {
    clearTimeout(this.#timer)
    this.#state = 'OVER'
  }

  /** Notes that the center sent something. */
  heard(): void {
    this.#silentTicks = 0
  }

  take(message: Message): Promise<void> | undefined {
    if (this.#state === 'OVER') return
    if (message.name === 'CenterPong') this.#onPong(message.value)
    else if (message.name === 'CenterRefusal') this.#onRefusal(message.value)
    else if (this.#state === 'UP') return this.#options.onMessage(message)
    else if (message.name === 'CenterWelcome') this.#onWelcome(message.value)
    else this.giveUp(`${message.name} before the welcome`)
    return
  }

  /** Asks the center for its time now. */
  askTime(): void {
    if (this.#state === 'UP') this.#ping()
  }

  #onPong(pong: CenterPong): void {
    if (pong.agentClockMs === askedByCenter) {
      if (this.#state === 'UP') this.#ping()
      return
    }
    // A pong that answers an earlier ping took longer than a ping interval and does not measure the clock.
    if (pong.agentClockMs === this.#pingedClockMs) this.#options.clock.sample(pong.clockMs, this.#sentAtMs, performance.now())
  }

  #onRefusal(refusal: CenterRefusal): void {
    this.#options.onRefusal(refusal)
    this.giveUp(`refused: ${refusal.code}`)
  }

  #onWelcome(welcome: CenterWelcome): void {
    this.#state = 'UP'
    this.#writer = centerWriter(welcome.fingerprints)
    this.#options.clock.sample(welcome.clockMs, this.#sentAtMs, performance.now())
    clearTimeout(this.#timer)
    this.#timer = setInterval(() => this.#beat(), welcome.pingIntervalMs)
    this.#options.onWelcome(welcome)
  }

  /** Sends a ping. Its pong shows that the link is alive and what the center's clock says. */
  #beat(): void {
    const fault = this.#silentTicks >= silentIntervals ? 'no word from the center' : (this.#wire.fault?.() ?? null)
    if (fault !== null) {
      this.giveUp(fault)
      return
    }
    this.#silentTicks += 1
    this.#ping()
  }

  #ping(): void {
    this.#sentAtMs = performance.now()
    // Each ping has a value of its own, so that its pong is not taken for the answer to another ping.
    this.#pingedClockMs = Math.max(Date.now(), this.#pingedClockMs + 1)
    this.#wire.say(this.#writer.encode('AgentPing', { clockMs: this.#pingedClockMs }))
  }
}
