import { randomUUID } from 'node:crypto'
import { type BackOff, nextAttemptAt } from '@elves/core/domain/webhook/back-off.ts'
import { keyOfSecret } from '@elves/core/domain/webhook/settings.ts'
import { failedAtOnce, type WebhookCommand, webhookAggregate, webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { DeadLetters } from '@elves/core/eventing/handlers/dead-letters.ts'
import { checkFence, type Lease } from '@elves/core/eventing/leases/lease.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import type pg from 'pg'
import { contextOfPart } from '../tasks/system-context.ts'
import type { AddressRule } from './address-rule.ts'
import { deliveryHeaders } from './delivery-request.ts'
import { type EventBodies, eventBodies } from './event-bodies.ts'
import type { SenderMetrics } from './sender-metrics.ts'
import { SentLane } from './sent-lane.ts'
import { takeIn } from './take-in.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'
import { type DeliveryOutcome, deliveriesKept, type OpenDelivery, type UntoldFailure, type WebhookTables } from './webhook-tables.ts'

export interface WebhookSenderOptions {
  readonly store: Pick<EventStore, 'readAll' | 'readStream' | 'head'>
  readonly pool: pg.Pool
  readonly tables: WebhookTables
  readonly deadLetters: Pick<DeadLetters, 'park'>
  readonly webhooks: Aggregates
  readonly secrets: Pick<WebhookSecrets, 'read'>
  readonly rule: AddressRule
  readonly backOff: BackOff
  /** Longest time of an attempt. */
  readonly timeoutMs: number
  /** Attempts of one webhook at once. */
  readonly concurrency: number
  /** For so long all attempts must have failed before a webhook is called failing. */
  readonly failingAfterMs: number
  /** Resolves when the table of webhooks has all that is in the log as of now. */
  caughtUp(): Promise<void>
  readonly metrics: SenderMetrics
  readonly logger: Logger
}

export interface WebhookSender {
  /** Works until the lease ends. */
  whileHeld(lease: Lease): Promise<void>
  /** Takes the events of the log, so that new ones are delivered at once. */
  observe(events: readonly RecordedEvent[]): void
}

/** Name of the lease. */
export const senderName = 'webhooks'

const longestSleepMs = 5_000
const afterFailureMs = 1_000
const tidyEveryMs = 10_000

/** Delivers the events of webhooks. One instance of all does it, under a lease. */
export function webhookSender(options: WebhookSenderOptions): WebhookSender {
  let turn: SenderTurn | null = null
  return {
    async whileHeld(lease) {
      turn = new SenderTurn(options, lease)
      try {
        await turn.run()
      } finally {
        turn = null
      }
    },
    observe: (events) => turn?.observe(events),
  }
}

interface Finished {
  readonly lane: SentLane
  readonly outcome: DeliveryOutcome
}

/**
 * The work of one owner. An event is written down as a delivery together with the move of the webhook's position; then it is tried; what
 * came of it is written down before the next event of the same stream is tried. So a crash repeats at most what was not written down.
 */
class SenderTurn {
  readonly #options: WebhookSenderOptions
  readonly #lease: Lease
  readonly #tries: Tries
  readonly #wakeUp = wakeUpCall()
  readonly #lanes = new Map<string, SentLane>()
  readonly #bodies: EventBodies
  #finished: Finished[] = []
  /** The end of the log, as far as this instance knows. */
  #head: Position = ''
  #isStale = true
  #hasUntold = true
  #tidiedAtMs = 0

  constructor(options: WebhookSenderOptions, lease: Lease) {
    this.#options = options
    this.#lease = lease
    this.#tries = new Tries(options.logger)
    this.#bodies = eventBodies(options.store)
  }

  observe(events: readonly RecordedEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    if (last.position > this.#head) this.#head = last.position
    // Of a webhook that was set apart, nothing was known until it was settled.
    if (events.some((event) => webhookAggregate.isEvent(event) || event.event.type === 'DeadLetterSettled')) this.#isStale = true
    if (this.#isStale || this.#lanes.size > 0) this.#wakeUp.call()
  }

  async run(): Promise<void> {
    const { signal } = this.#lease
    try {
      while (!signal.aborted) {
        const sleepMs = await this.#round()
        if (sleepMs > 0) await this.#wakeUp.sleep(sleepMs, signal)
      }
    } finally {
      // What was learned is not made again by the next owner. If the lease is lost, that one makes it again.
      this.#tries.over()
      await this.#record().catch(() => undefined)
      await Promise.all([...this.#lanes.values()].map((lane) => lane.close()))
    }
  }

  /** Returns how long nothing is to do. */
  async #round(): Promise<number> {
    const { logger } = this.#options
    try {
      await this.#record()
      await this.#tell()
      if (this.#isStale) await this.#refresh()
      const hasMore = await this.#takeIn()
      await this.#storePositions()
      for (const lane of this.#lanes.values()) this.#start(lane)
      await this.#tidy()
      this.#tries.over()
      return hasMore || this.#finished.length > 0 || this.#isStale ? 0 : this.#sleepMs()
    } catch (error) {
      const { code, message } = asElvesError(error)
      if (code === 'LEASE_LOST') throw error
      // What was written, and what was not, is seen anew.
      this.#isStale = true
      if (!this.#lease.signal.aborted && !this.#tries.failed(error)) logger.warn({ err: error, code }, `webhooks: ${message}; it is tried again`)
      return afterFailureMs
    }
  }

  #sleepMs(): number {
    const next = Math.min(...[...this.#lanes.values()].map((lane) => lane.nextAt(this.#options.failingAfterMs)))
    return Math.max(1, Math.min(longestSleepMs, next - Date.now()))
  }

  #write(work: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    return inTransaction(this.#options.pool, async (client) => {
      await checkFence(client, senderName, this.#lease.token)
      await work(client)
    })
  }

  /** Writes down what came of attempts; only then their streams go on. */
  async #record(): Promise<void> {
    // More come in while these are written.
    const finished = this.#finished
    if (finished.length === 0) return
    this.#finished = []
    const outcomes = finished.map(({ outcome }) => outcome)
    try {
      await this.#write((client) => this.#options.tables.record(client, outcomes))
    } catch (error) {
      this.#finished = [...finished, ...this.#finished]
      throw error
    }
    for (const { lane, outcome } of finished) {
      lane.recorded(outcome, outcome.state !== 'RETRYING')
      if (outcome.state === 'FAILED') this.#hasUntold = true
    }
  }

  /** Makes events of what is worth one: a delivery that failed for good, a webhook that fails, or does not any more. */
  async #tell(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      const command = lane.toTell(Date.now(), this.#options.failingAfterMs)
      if (!command) continue
      await this.#decide(new Map([[lane.id, [command]]]))
      lane.told(command)
    }
    while (this.#hasUntold) {
      const untold = await this.#options.tables.untold(failedAtOnce)
      this.#hasUntold = untold.length === failedAtOnce
      if (untold.length === 0) return
      await this.#decide(new Map([...Map.groupBy(untold, ({ webhookId }) => webhookId)].map(([id, some]) => [id, some.map(failureCommand)])))
      await this.#write((client) => this.#options.tables.told(client, untold))
    }
  }

  async #decide(commands: ReadonlyMap<string, readonly WebhookCommand[]>): Promise<void> {
    await this.#options.webhooks.handleMany(
      [...commands].map(([id, some]) => ({
        aggregate: webhookAggregate,
        stream: webhookStream(id),
        commands: some,
        context: contextOfPart(senderName, randomUUID()),
      })),
    )
  }

  /** Takes over what the tables say of webhooks and of their open deliveries. */
  async #refresh(): Promise<void> {
    const { tables, store, secrets } = this.#options
    this.#isStale = false
    await this.#options.caughtUp()
    const head = await store.head()
    if (head > this.#head) this.#head = head
    const known = new Map((await tables.webhooks()).map((webhook) => [webhook.id, webhook]))
    for (const [id, lane] of this.#lanes) {
      if (known.has(id)) continue
      this.#lanes.delete(id)
      await lane.close()
    }
    const changed = [...known.values()].filter((webhook) => this.#lanes.get(webhook.id)?.isAsOf(webhook) !== true)
    const open = await tables.openDeliveries(changed.map(({ id }) => id))
    const openById = Map.groupBy(open, ({ webhookId }) => webhookId)
    for (const webhook of changed) {
      const secret = await secrets.read(webhook.id, webhook.settings.secretId)
      const lane = this.#lanes.get(webhook.id) ?? new SentLane(webhook, this.#options)
      this.#lanes.set(webhook.id, lane)
      lane.become(webhook, secret === null ? null : keyOfSecret(secret))
      lane.add(openById.get(webhook.id) ?? [])
    }
  }

  async #takeIn(): Promise<boolean> {
    const lanes = [...this.#lanes.values()].filter((lane) => lane.hasRoom() && lane.position < this.#head)
    if (lanes.length === 0) return false
    const { store, tables } = this.#options
    const { park } = this.#options.deadLetters
    const taken = await takeIn(
      {
        store,
        tables,
        bodies: this.#bodies,
        park: (client, { unreadable: error, ...event }) => {
          this.#options.logger.error({ err: error, ...event }, 'webhooks: an event can not be read; it is parked as a dead letter, and not delivered')
          return park(client, senderName, event, error)
        },
        write: (work) => this.#write(work),
      },
      lanes,
    )
    if (taken === 'MOVED_ELSEWHERE') this.#isStale = true
    return taken !== 'NOTHING'
  }

  /** A position that moves past events which nobody wants is written once a second. */
  async #storePositions(): Promise<void> {
    const due = [...this.#lanes.values()].filter((lane) => lane.position !== lane.stored && lane.isMoveDue())
    if (due.length === 0) return
    const moves = due.map(({ id, stored, position }) => ({ webhookId: id, from: stored, to: position }))
    let elsewhere: ReadonlySet<string> = new Set()
    await this.#write(async (client) => {
      elsewhere = await this.#options.tables.move(client, moves)
    })
    for (const [index, lane] of due.entries()) if (!elsewhere.has(lane.id)) lane.moved(moves[index]?.to ?? lane.position, true)
    if (elsewhere.size > 0) this.#isStale = true
  }

  #start(lane: SentLane): void {
    for (let delivery = lane.start(Date.now()); delivery; delivery = lane.start(Date.now())) void this.#attempt(lane, delivery)
  }

  async #attempt(lane: SentLane, delivery: OpenDelivery): Promise<void> {
    const body = await this.#bodies.of(delivery)
    const { receiver, key } = lane
    const { signal } = this.#lease
    if (signal.aborted) return
    // An owner that stood still must not post after its successor.
    if (!this.#lease.isValid() || body === null || !key) {
      lane.recorded({ ...delivery, nextAttemptAt: Date.now() + afterFailureMs }, false)
      this.#wakeUp.call()
      return
    }
    const [at, beganMs] = [Date.now(), performance.now()]
    const posted =
      body.text === null
        ? { statusCode: null, error: body.error }
        : await receiver.post(body.text, deliveryHeaders({ deliveryId: delivery.id, body: body.text, key, now: at }), signal)
    // Aborted by ourselves: nobody knows what the receiver made of it, so it is made again.
    if (signal.aborted && posted.error !== null) return
    const durationMs = Math.round(performance.now() - beganMs)
    const outcome = this.#outcomeOf(delivery, { at, durationMs, ...posted })
    this.#options.metrics.tried(posted.error === null)
    lane.tried(at, posted.error)
    this.#finished.push({ lane, outcome })
    this.#start(lane)
    this.#wakeUp.call()
  }

  #outcomeOf(delivery: OpenDelivery, attempt: DeliveryOutcome['attempts'][number]): DeliveryOutcome {
    const attempts = [...delivery.attempts, attempt].slice(-deliveriesKept.attempts)
    const [attemptCount, firstAt, now] = [delivery.attemptCount + 1, delivery.firstAttemptAt ?? attempt.at, Date.now()]
    const tried = { ...delivery, attempts, attemptCount, firstAttemptAt: firstAt }
    if (attempt.error === null) return { ...tried, state: 'DELIVERED', nextAttemptAt: null, endedAt: now }
    const next = nextAttemptAt(this.#options.backOff, { attempts: attemptCount, firstAt, now }, Math.random())
    if (next === null) return { ...tried, state: 'FAILED', nextAttemptAt: null, endedAt: now }
    return { ...tried, state: 'RETRYING', nextAttemptAt: next, endedAt: null }
  }

  async #tidy(): Promise<void> {
    if (performance.now() - this.#tidiedAtMs < tidyEveryMs) return
    this.#tidiedAtMs = performance.now()
    await this.#write((client) => this.#options.tables.tidy(client, Date.now()))
  }
}

function failureCommand({ id: deliveryId, eventId, attempts, error }: UntoldFailure): WebhookCommand {
  return { type: 'RecordDeliveryFailed', deliveryId, eventId, attempts, error }
}
