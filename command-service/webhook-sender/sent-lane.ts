import { webhookMatches } from '@elves/core/domain/webhook/matching.ts'
import type { CallFailing, CallRecovered } from '@elves/core/domain/webhook/webhook.ts'
import { webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { AddressRule } from './address-rule.ts'
import { Lane } from './lane.ts'
import { type Receiver, receiver } from './receiver.ts'
import type { OpenDelivery, SentWebhook } from './webhook-tables.ts'

export interface SentLaneOptions {
  readonly rule: AddressRule
  readonly timeoutMs: number
  readonly concurrency: number
}

/** A webhook with so many open deliveries takes no more events: those that follow wait in the log. */
const mostOpen = 2_000

const movedEveryMs = 1_000

/** A webhook while it is sent: its open deliveries, its receiver, and how it goes. */
export class SentLane {
  readonly #options: SentLaneOptions
  readonly #lane = new Lane()
  #webhook: SentWebhook
  #matches: (recorded: RecordedEvent) => boolean
  #receiver: Receiver
  /** Signs; null: the secret is not known. */
  #key: Buffer | null = null
  /** How far its events are in the table. */
  #stored: Position
  #position: Position
  #movedAtMs = 0
  #isFailing: boolean
  #failingSince: number | null = null
  #lastError = ''
  #hasSucceeded = false

  constructor(webhook: SentWebhook, options: SentLaneOptions) {
    this.#options = options
    this.#webhook = webhook
    this.#matches = () => false
    this.#receiver = this.#receiverOf(webhook)
    this.#stored = webhook.position
    this.#position = webhook.position
    this.#isFailing = webhook.isFailing
  }

  get id(): string {
    return this.#webhook.id
  }

  get receiver(): Receiver {
    return this.#receiver
  }

  get key(): Buffer | null {
    return this.#key
  }

  /** Every event up to here was looked at. */
  get position(): Position {
    return this.#position
  }

  /** The position in the table, which may be a little behind. */
  get stored(): Position {
    return this.#stored
  }

  get openCount(): number {
    return this.#lane.size
  }

  /** True if nothing was changed since the row was taken over. */
  isAsOf({ version, position }: SentWebhook): boolean {
    return version === this.#webhook.version && position === this.#stored && this.#key !== null
  }

  /** Takes over the row of the table. With another receiver, or after a pause, what waits for its time is tried at once. */
  become(webhook: SentWebhook, key: Buffer | null): void {
    const before = this.#webhook
    const matches = webhookMatches(webhook.settings.filter)
    const own = webhookStream(webhook.id)
    // What a webhook does must not give it more to do.
    this.#matches = ({ stream, event }) => stream !== own && matches(event)
    if (webhook.settings.url !== before.settings.url) {
      void this.#receiver.finish()
      this.#receiver = this.#receiverOf(webhook)
      this.#lane.retryAll()
    }
    if (webhook.phase === 'ACTIVE' && before.phase === 'PAUSED') {
      this.#lane.retryAll()
      // Nothing was tried in the pause.
      this.#failingSince = null
    }
    if (webhook.position !== this.#stored) this.#position = webhook.position
    this.#stored = webhook.position
    this.#webhook = webhook
    this.#key = key
    if (key === null) this.#hasSucceeded = false
  }

  matches(recorded: RecordedEvent): boolean {
    return this.#matches(recorded)
  }

  hasRoom(): boolean {
    return this.#isServed() && this.#lane.size < mostOpen
  }

  add(deliveries: readonly OpenDelivery[]): void {
    this.#lane.add(deliveries)
  }

  /** True if the position is worth a write although no delivery goes with it. */
  isMoveDue(): boolean {
    return performance.now() - this.#movedAtMs > movedEveryMs
  }

  /** `isStored`: the table has it too. */
  moved(to: Position, isStored: boolean): void {
    this.#position = to
    if (!isStored) return
    this.#stored = to
    this.#movedAtMs = performance.now()
  }

  /** Returns a delivery to try now; null if there is none, or enough are tried. */
  start(now: number): OpenDelivery | null {
    return this.#hasFreePlace() ? this.#lane.start(now) : null
  }

  tried(at: number, error: string | null): void {
    if (error !== null) {
      this.#failingSince ??= at
      this.#hasSucceeded = false
      this.#lastError = error
      return
    }
    if (this.#failingSince !== null || this.#isFailing) this.#lane.retryAll()
    this.#failingSince = null
    this.#hasSucceeded = true
  }

  recorded(delivery: OpenDelivery, hasEnded: boolean): void {
    this.#lane.recorded(delivery, hasEnded)
  }

  /** Returns what has to become an event of the webhook; null for nothing. */
  toTell(now: number, failingAfterMs: number): CallFailing | CallRecovered | null {
    if (this.#webhook.phase !== 'ACTIVE') return null
    if (this.#isFailing) return this.#hasSucceeded && this.#key !== null ? { type: 'CallRecovered' } : null
    if (this.#key === null) return { type: 'CallFailing', since: now, error: 'SECRET_MISSING: give it a secret with updateWebhook' }
    const since = this.#failingSince
    return since !== null && now - since >= failingAfterMs ? { type: 'CallFailing', since, error: this.#lastError } : null
  }

  told({ type }: CallFailing | CallRecovered): void {
    this.#isFailing = type === 'CallFailing'
    // A success that came while the failing was written is news yet.
    if (type === 'CallRecovered') this.#hasSucceeded = false
  }

  /** Returns when there is something to do, without any news; infinite for never. */
  nextAt(failingAfterMs: number): number {
    const canFail = this.#webhook.phase === 'ACTIVE' && !this.#isFailing
    const failing = this.#failingSince === null || !canFail ? Number.POSITIVE_INFINITY : this.#failingSince + failingAfterMs
    // Without a free place, the outcome of an attempt is what comes next.
    const due = this.#hasFreePlace() ? (this.#lane.nextAt() ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    const move = this.#position === this.#stored ? Number.POSITIVE_INFINITY : Date.now() + movedEveryMs
    return Math.min(failing, due, move)
  }

  close(): Promise<void> {
    return this.#receiver.close()
  }

  #isServed(): boolean {
    return this.#webhook.phase === 'ACTIVE' && this.#key !== null
  }

  #hasFreePlace(): boolean {
    return this.#isServed() && this.#lane.triedCount < (this.#isFailing ? 1 : this.#options.concurrency)
  }

  #receiverOf({ settings }: SentWebhook): Receiver {
    const { rule, timeoutMs, concurrency } = this.#options
    return receiver({ url: settings.url, rule, timeoutMs, connections: concurrency })
  }
}
