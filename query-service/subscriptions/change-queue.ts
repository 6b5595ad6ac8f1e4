import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Backlog, Behind } from './backlog.ts'

export interface QueueLimits {
  readonly items: number
  readonly bytes: number
}

interface Waiting<Item, Change> {
  readonly item: Item
  readonly change: Change
}

/** A bounded queue of the items that a subscriber has not taken yet. A subscriber that falls behind is closed and does not hold up others. */
export class ChangeQueue<Item, Change extends { readonly bytes: number }> implements Behind {
  readonly #limits: QueueLimits
  readonly #backlog: Backlog<Change>
  #waiting: Waiting<Item, Change>[] = []
  #taken = 0
  #heldBytes = 0
  #state: 'open' | 'too slow' | 'closed' = 'open'
  #wake: (() => void) | null = null

  constructor(limits: QueueLimits, backlog: Backlog<Change>) {
    this.#limits = limits
    this.#backlog = backlog
    backlog.join(this)
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  offer(item: Item, change: Change): void {
    if (this.#state !== 'open') return
    const isFull = this.#waiting.length - this.#taken >= this.#limits.items
    if (isFull || (this.#heldBytes > 0 && this.#heldBytes + change.bytes > this.#limits.bytes)) {
      this.drop()
      return
    }
    this.#waiting.push({ item, change })
    this.#heldBytes += change.bytes
    this.#backlog.hold(change)
    this.#rouse()
  }

  /** Returns the next item, or null after the close. Throws SUBSCRIBER_TOO_SLOW once a limit was exceeded. */
  async take(): Promise<Item | null> {
    while (true) {
      if (this.#state === 'closed') return null
      if (this.#state === 'too slow') throw tooSlow()
      const next = this.#shift()
      if (next !== null) return next.item
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  drop(): void {
    if (this.#state === 'open') this.#end('too slow')
  }

  close(): void {
    this.#end('closed')
  }

  #end(state: 'too slow' | 'closed'): void {
    this.#state = state
    for (const { change } of this.#waiting.slice(this.#taken)) this.#backlog.release(change)
    this.#waiting = []
    this.#taken = 0
    this.#heldBytes = 0
    this.#backlog.leave(this)
    this.#rouse()
  }

  #shift(): Waiting<Item, Change> | null {
    const next = this.#waiting[this.#taken]
    if (!next) return null
    this.#taken++
    this.#heldBytes -= next.change.bytes
    this.#backlog.release(next.change)
    // Shifting an array for each item takes linear time, so taken items are cut off in groups.
    if (this.#taken === this.#waiting.length || this.#taken >= 1_024) {
      this.#waiting = this.#waiting.slice(this.#taken)
      this.#taken = 0
    }
    return next
  }

  #rouse(): void {
    this.#wake?.()
    this.#wake = null
  }
}

export function tooSlow(): ElvesError {
  return new ElvesError('SUBSCRIBER_TOO_SLOW', 'the subscriber fell behind its buffer; resume after its last position', { canRetry: true })
}
